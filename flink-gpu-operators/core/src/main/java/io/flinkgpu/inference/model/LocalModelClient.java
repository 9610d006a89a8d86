package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/** A client of a model in this process, which can look at it. */
@Internal
public interface LocalModelClient extends ModelClient {

    /** What the model is doing; any thread, returns at once. */
    ModelActivity activity();

    /** Whether its device is lost: what is asked for fails, and a new client must be acquired. */
    boolean isLost();

    /**
     * Runs a batch as {@link ModelClient#infer(TensorBatch, Deadline)} does, if its run can start
     * in time.
     *
     * <p>The future fails with {@link NotStartedException} if the run has not started by {@code
     * startBy}; the batch never runs then.
     */
    CompletableFuture<InferenceResult> infer(
            TensorBatch batch, Deadline deadline, Deadline startBy, Merging merging);

    @Override
    default CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Deadline.none(), Merging.ALLOWED);
    }

    @Override
    default CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Deadline.none(), Merging.FORBIDDEN);
    }
}
