package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.health.HealthWatch;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.pool.MembershipWatch;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Inference for callers that give rows and wait for answers, such as functions of Flink SQL: the
 * operator's batches, retries, search for bad rows and watchdog, without its state and order.
 *
 * <pre>{@code
 * RowInference<Image, Label> inference =
 *         RowInference.open(spec, new RowInferenceContext(place, metrics, 256));
 * CompletableFuture<Label> label = inference.infer(image);
 * inference.close();
 * }</pre>
 *
 * <p>A row costs the caller's thread one entry in a queue. Encoding, batching and decoding run in a
 * thread of its own, futures complete there (those of a closed one in the caller's): what is
 * chained to them must be quick, and must not wait for another row. The rows of a batch complete in
 * the order in which they came, batches as they are answered. A row is read until its future is
 * done; a caller that reuses objects gives a copy.
 *
 * <p>A batch is sent when it is full, at its delay, or when the caller can give no more rows: as
 * many as its capacity are on the way, and none of them is with the model. Rows without a place by
 * the settings' own capacity wait as they are.
 *
 * <p>A row that fails does so alone. Where the policy says {@link ErrorAction#DEAD_LETTER}, its
 * future fails with {@link RowFailedException}, where it says {@link ErrorAction#FAIL} with {@link
 * InferenceException}, and where it says {@link ErrorAction#DEFAULT_VALUE} it has that. What ends
 * an operator, such as a model that cannot be loaded, fails all rows with {@link
 * InferenceException}, those to come as well. A cancelled future's row runs nevertheless. Safe for
 * use by many threads.
 */
@Internal
public final class RowInference<IN, OUT> implements AutoCloseable {

    private final RowThread thread;
    private final AwaitedRows<IN, OUT> rows;
    private MembershipWatch pools = () -> {};

    private RowInference(
            InferenceSpec<IN, OUT> spec, RowInferenceContext context, ModelClient client) {
        this.thread = new RowThread("inference of " + context.place().name(), this::end);
        this.rows =
                new AwaitedRows<>(
                        spec.withCapacity(context.capacity()),
                        client,
                        new SubtaskContext(
                                context.place().name(),
                                thread,
                                new InferenceMetrics(context.metrics()),
                                WorkCounts.unkept(),
                                FaultEvents.ofProcess()));
    }

    /**
     * Connects to the model; returns before it is loaded.
     *
     * @param spec without reuse, which needs state; dead letters need no tag
     * @throws Exception if the caller cannot have the device that its profile asks for
     */
    public static <IN, OUT> RowInference<IN, OUT> open(
            InferenceSpec<IN, OUT> spec, RowInferenceContext context) throws Exception {
        if (spec.reuse() != null) {
            throw new IllegalArgumentException(
                    "Invalid reuse: it keeps answers in an operator's state. Leave it out for functions.");
        }
        Configuration options = Configuration.fromMap(spec.jobOptions());
        ModelHost.ofProcess().cacheModels(ModelCacheConfig.from(options));
        HealthWatch.startDetectors(options);
        RowInference<IN, OUT> opened = over(spec, context, spec.clients().connect(context.place()));
        try {
            opened.start(spec.clients(), options);
            return opened;
        } catch (Throwable failure) {
            closeAfter(failure, opened::close);
            throw failure;
        }
    }

    private static <IN, OUT> RowInference<IN, OUT> over(
            InferenceSpec<IN, OUT> spec, RowInferenceContext context, ModelClient client) {
        try {
            return new RowInference<>(spec, context, client);
        } catch (Throwable failure) {
            closeAfter(failure, client::close);
            throw failure;
        }
    }

    /** The caller hears of the first failure. */
    private static void closeAfter(Throwable failure, Runnable close) {
        try {
            close.run();
        } catch (Throwable second) {
            failure.addSuppressed(second);
        }
    }

    private void start(ModelClientProvider clients, Configuration options) {
        thread.start();
        submit(rows::begin);
        pools = clients.watchPools(options, members -> submit(() -> rows.membersChanged(members)));
    }

    /** Takes a row; its future is completed once, by {@link #close()} at the latest. */
    public CompletableFuture<OUT> infer(IN row) {
        CompletableFuture<OUT> future = new CompletableFuture<>();
        infer(row, completing(future));
        return future;
    }

    static <T> BiConsumer<T, Throwable> completing(CompletableFuture<T> future) {
        return (answer, failure) -> {
            if (failure == null) {
                future.complete(answer);
            } else {
                future.completeExceptionally(failure);
            }
        };
    }

    /**
     * Takes a row for a caller who needs no future.
     *
     * @param whenDone called once with the answer or with a failure, as a future would be
     *     completed; must not throw
     */
    public void infer(IN row, BiConsumer<? super OUT, ? super Throwable> whenDone) {
        if (!thread.execute(() -> rows.take(row, whenDone), "infer row")) {
            whenDone.accept(null, rows.whyOver());
        }
    }

    /**
     * Fails the rows that are left, and lets go of the model. Waits a few seconds at most for user
     * code that runs, and interrupts it.
     */
    @Override
    public void close() {
        pools.close();
        thread.close(rows::close);
    }

    private void submit(ThrowingRunnable<? extends Exception> action) {
        boolean unused = thread.execute(action, "infer rows");
    }

    /** In the thread. */
    private void end(Throwable failure) {
        rows.end(failure);
        thread.close(() -> {});
    }
}
