package io.flinkgpu.connectors.kafka;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** Writes a row as a record of a topic. Used by one thread at a time. */
@FunctionalInterface
@PublicEvolving
public interface KafkaRecordEncoder<T> extends Serializable {

    /**
     * Sets the record's fields. A record without a value deletes its key where the topic is
     * compacted.
     *
     * @throws Exception fails the job, which then reads the row again
     */
    void encode(T row, KafkaRecordFields fields) throws Exception;
}
