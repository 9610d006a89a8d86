package io.flinkgpu.inference;

import io.flinkgpu.inference.tensor.TensorRowWriter;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.Function;

/**
 * Writes a row's inputs for a model.
 *
 * <p>Runs in the task's thread, once a row; twice if the row starts a new batch because its shape
 * differs from the batch's, and again after a restore. It must not keep the row or the writer.
 *
 * <p>With {@link Inference#reuse(ResultReuse) reuse} and without a {@link ReuseKey}, its inputs say
 * which rows are equal: it runs twice more a row, on other machines too, and must write the same
 * bytes each time. That excludes clocks, random numbers, the order of hash tables, and I/O.
 */
@PublicEvolving
@FunctionalInterface
public interface TensorEncoder<IN> extends Function {

    /**
     * Writes every input of the model, each once.
     *
     * @throws Exception if the row cannot be encoded; the row fails, not its batch
     */
    void encode(IN row, TensorRowWriter writer) throws Exception;
}
