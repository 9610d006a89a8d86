package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
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

    /**
     * The inputs and outputs of the entry point that was loaded; those of an {@linkplain
     * ModelSignature#isOpen() open} signature may become known with the first run.
     */
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

    /** How many runs at once it gains from; whoever has it runs at least as many. */
    default int runsAtOnce() {
        return 1;
    }

    /**
     * Ends the runs that have lasted longer than that, which then fail; returns at once. Any
     * thread.
     *
     * @return whether it sees to it that each run ends in time; if not, it is given up together
     *     with its device
     */
    default boolean endRuns(Duration longest) {
        return false;
    }

    /** Memory that the model's weights take on its device, in bytes, as far as is known. */
    long memoryBytes();

    @Override
    void close();
}
