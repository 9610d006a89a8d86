package io.flinkgpu.inference;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.operator.SubtaskPlace;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Connects subtasks to the models of another provider, and counts how often each row is asked. */
final class CountingModels implements ModelClientProvider {

    private static final long serialVersionUID = 1L;

    private static volatile AtomicIntegerArray runs = new AtomicIntegerArray(0);

    private final ModelClientProvider models;

    CountingModels(ModelClientProvider models) {
        this.models = models;
    }

    /** Counts rows of the numbers from 0 on, anew. */
    static void count(int rows) {
        runs = new AtomicIntegerArray(rows);
    }

    /** How often the row of a number was asked. */
    static int runs(int row) {
        return runs.get(row);
    }

    @Override
    public ModelClient connect(SubtaskPlace subtask) throws Exception {
        return new CountingClient(models.connect(subtask));
    }

    /** Counts the rows of int64 that pass. */
    private record CountingClient(ModelClient client) implements ModelClient {

        @Override
        public CompletableFuture<ModelReadiness> ready() {
            return client.ready();
        }

        /** One model, however long a test lets its runs take. */
        @Override
        public Optional<ModelIdentity> identity() {
            return client.identity().map(known -> new ModelIdentity("counted", known.version()));
        }

        @Override
        public CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
            for (long row : batch.onlyTensor().toLongs()) {
                int unused = runs.incrementAndGet((int) row);
            }
            return client.infer(batch, deadline);
        }

        @Override
        public CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline) {
            return client.inferAlone(batch, deadline);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
