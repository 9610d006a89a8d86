package io.flinkgpu.inference;

import io.flinkgpu.inference.tensor.TensorRow;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.Function;

/**
 * Makes the output record of a row and the model's answer to it.
 *
 * <p>Runs in the task's thread. It must not keep the answer, which is valid during the call only.
 */
@PublicEvolving
@FunctionalInterface
public interface TensorDecoder<IN, OUT> extends Function {

    /**
     * The record to emit, not null.
     *
     * @throws Exception if the answer cannot be decoded; the row fails, not its batch
     */
    OUT decode(IN row, TensorRow answer) throws Exception;
}
