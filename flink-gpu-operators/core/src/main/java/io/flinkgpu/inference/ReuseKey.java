package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.Function;

/**
 * Says which rows have the same answer.
 *
 * <p>Runs twice a row: where the row is sent to inference and where it arrives. It must not change
 * the row.
 */
@PublicEvolving
@FunctionalInterface
public interface ReuseKey<IN> extends Function {

    /**
     * Bytes that are equal for two rows if the model answers them alike, such as the content of a
     * file. They are hashed, and not kept.
     *
     * @throws Exception if the row has none; its answer is neither kept nor found then
     */
    byte[] of(IN row) throws Exception;
}
