package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.Function;

/**
 * Says which rows have the same answer.
 *
 * <p>Runs twice a row: where the row is sent to inference and where it arrives, and again after a
 * restore. A row must have the same key each time and on every machine: no clock, no random number,
 * no order of a hash table, no I/O. A restore at another parallelism finds rows on the way to the
 * stage by their keys, and loses or doubles those whose key has changed. It must not change the
 * row.
 */
@PublicEvolving
@FunctionalInterface
public interface ReuseKey<IN> extends Function {

    /**
     * Bytes that are equal for two rows if the model answers them alike, such as the content of a
     * file. They are hashed, and not kept.
     *
     * @throws Exception if the row has none; its answer is neither kept nor found then. An {@link
     *     java.io.IOException} of files or the network fails the task: the key might be another one
     *     the next time
     */
    byte[] of(IN row) throws Exception;
}
