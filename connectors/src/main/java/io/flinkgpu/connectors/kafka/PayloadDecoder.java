package io.flinkgpu.connectors.kafka;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** Makes a row of a record. Used by one thread at a time. */
@FunctionalInterface
@PublicEvolving
public interface PayloadDecoder<T> extends Serializable {

    /**
     * The row, never null.
     *
     * @throws Exception if the record is no such row; it is put aside with the exception's class
     *     and message
     */
    T decode(KafkaPayload payload) throws Exception;
}
