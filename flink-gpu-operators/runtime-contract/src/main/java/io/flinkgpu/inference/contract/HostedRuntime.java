package io.flinkgpu.inference.contract;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.ModelVersion;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A host of its own for one runtime, with models that are unloaded with their last client. */
final class HostedRuntime implements AutoCloseable {

    private static final int REQUESTS = 200;
    private static final long SECONDS = 60;
    private static final ModelUse USE = new ModelUse(4, 2, Duration.ZERO);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ModelHost host;

    HostedRuntime(ModelRuntime runtime) {
        this.host = new ModelHost(List.of(runtime), timer);
    }

    /** Loads a model and lets it go; throws what its clients would hear. */
    void load(ModelRef model) throws Throwable {
        try (ModelClient client = acquire(model)) {
            get(client.ready());
        }
    }

    SortedMap<Long, ModelVersion> versions(ModelRef model) throws ModelLoadException {
        return host.versions(model);
    }

    /** The answers to rows on the heap, each row a request of its own. */
    Tensor infer(ModelRef model, Tensor rows) throws Exception {
        TensorBatch all = TensorBatch.of("", rows);
        try (ModelClient client = acquire(model)) {
            List<CompletableFuture<TensorBatch>> calls = new ArrayList<>();
            for (int row = 0; row < all.rows(); row++) {
                calls.add(
                        client.infer(all.slice(row, row + 1))
                                .thenApply(answer -> answer.outputs()));
            }
            List<TensorBatch> answers = new ArrayList<>();
            for (CompletableFuture<TensorBatch> call : calls) {
                answers.add(call.get(SECONDS, TimeUnit.SECONDS));
            }
            Tensor joined =
                    TensorBatch.concatenate(answers, DirectBufferPool.ofProcess()).onlyTensor();
            answers.forEach(TensorBatch::close);
            return joined;
        }
    }

    /**
     * Closes the only client of a model that runs.
     *
     * @param row one, on the heap
     * @return whether each request was answered, or failed because its model was let go
     */
    boolean closeWhileRunning(ModelRef model, Tensor row) throws Exception {
        List<CompletableFuture<TensorBatch>> calls = new ArrayList<>();
        TensorBatch batch = TensorBatch.of("", row);
        try (ModelClient client = acquire(model)) {
            client.ready().get(SECONDS, TimeUnit.SECONDS);
            for (int i = 0; i < REQUESTS; i++) {
                calls.add(client.infer(batch.slice(0, 1)).thenApply(answer -> answer.outputs()));
            }
        }
        boolean allEnd = true;
        for (CompletableFuture<TensorBatch> call : calls) {
            try {
                call.get(SECONDS, TimeUnit.SECONDS).close();
            } catch (ExecutionException failure) {
                allEnd &= failure.getCause() instanceof ModelRunException;
            }
        }
        return allEnd;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private ModelClient acquire(ModelRef model) {
        return host.acquire(model, ModelDevice.cpu(), USE);
    }

    private static <T> T get(CompletableFuture<T> future) throws Throwable {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause();
        }
    }
}
