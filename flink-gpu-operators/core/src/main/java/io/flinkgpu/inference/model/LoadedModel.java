package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A model in the memory of one device, ready to run.
 *
 * <p>{@link #run} may be called from several threads at once; {@link #close()} only after the last
 * run returned.
 */
@PublicEvolving
public interface LoadedModel extends AutoCloseable {

    /** The inputs and outputs of the entry point that was loaded. */
    ModelSignature signature();

    /**
     * Runs the rows of all parts as one device batch.
     *
     * <p>Blocks for the whole run. The parts stay the caller's, who closes them afterwards; the
     * result is the caller's, too.
     *
     * @param parts conform to the signature and have the same row shapes; at least one
     * @return outputs of shape {@code [rows of all parts, ...]}, in the parts' order
     * @throws ModelRunException if the run fails
     */
    TensorBatch run(List<TensorBatch> parts) throws ModelRunException;

    /** What the model is, and what its files say of it. */
    default ModelDescription description() {
        return ModelDescription.none();
    }

    /** Memory that the model's weights take on its device, in bytes, as far as is known. */
    long memoryBytes();

    @Override
    void close();
}
