package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/** A model that loads, runs and is busy as a test says. */
final class ManualLocalModel implements LocalModelClient {

    static final ModelActivity IDLE = new ModelActivity(0, 0, Duration.ZERO, Duration.ZERO);

    final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();
    final List<CompletableFuture<InferenceResult>> runs = new ArrayList<>();
    ModelActivity activity = IDLE;
    @Nullable Error failure;

    /** Rows of two floats. */
    static ModelSignature pairs() {
        return signature(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, 2));
    }

    static ModelSignature signature(DataType type, Shape shape) {
        return new ModelSignature(
                "serving_default",
                List.of(new TensorSpec("input", type, shape)),
                List.of(new TensorSpec("output", type, shape)));
    }

    ManualLocalModel loaded() {
        ready.complete(new ModelReadiness(pairs(), Duration.ZERO, 0));
        return this;
    }

    void succeed(int run, TensorBatch outputs) {
        runs.get(run).complete(new InferenceResult(outputs, 0, 1, outputs.rows()));
    }

    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    @Override
    public CompletableFuture<InferenceResult> infer(
            TensorBatch batch, Deadline deadline, Deadline startBy, Merging merging) {
        batch.close();
        if (failure != null) {
            throw failure;
        }
        CompletableFuture<InferenceResult> run = new CompletableFuture<>();
        runs.add(run);
        return run;
    }

    @Override
    public boolean isLost() {
        return false;
    }

    @Override
    public ModelActivity activity() {
        return activity;
    }

    @Override
    public void close() {}
}
