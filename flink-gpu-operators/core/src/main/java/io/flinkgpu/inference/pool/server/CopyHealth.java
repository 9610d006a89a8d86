package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelSignature;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;

/**
 * Whether a loaded model still runs: by the age of its oldest run, and by runs of one row of zeros
 * while it is idle.
 *
 * <p>A model whose example row is unknown is judged by the age of its runs alone. Safe for use by
 * many threads.
 */
final class CopyHealth {

    private final LocalModelClient client;
    private final Duration maxRunTime;
    private boolean probing;
    private final LongSupplier nanoClock;
    private long lastProbeNanos;
    private volatile boolean probeFailed;

    CopyHealth(LocalModelClient client, Duration maxRunTime) {
        this(client, maxRunTime, System::nanoTime);
    }

    /**
     * On a clock of its own, for tests.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    CopyHealth(LocalModelClient client, Duration maxRunTime, LongSupplier nanoClock) {
        this.client = client;
        this.maxRunTime = maxRunTime;
        this.nanoClock = nanoClock;
        this.lastProbeNanos = nanoClock.getAsLong();
    }

    boolean isHealthy() {
        return !probeFailed
                && !client.isLost()
                && client.activity().oldestRun().compareTo(maxRunTime) <= 0;
    }

    /** Runs one row if nothing runs and no run has ended well for the interval; does not wait. */
    void probeIfIdle(ModelSignature signature, Duration interval) {
        if (!hasExample(signature) || !isIdleFor(interval) || !begin(interval)) {
            return;
        }
        CompletableFuture<?> unused =
                start(signature).whenComplete((result, failure) -> ended(result, failure));
    }

    /** A probe for which there is no memory has failed as others do. */
    private CompletableFuture<InferenceResult> start(ModelSignature signature) {
        try {
            return client.infer(signature.zeros(signature.fixedBatchSize().orElse(1)));
        } catch (RuntimeException | OutOfMemoryError failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Empty strings are not an example of what a model reads, as in warming up. */
    private static boolean hasExample(ModelSignature signature) {
        return signature.isOpenInBatchAxisAlone() && !signature.takesStrings();
    }

    private boolean isIdleFor(Duration interval) {
        ModelActivity activity = client.activity();
        boolean never = activity.sinceLastRun().isZero();
        return activity.runningRows() == 0
                && activity.waitingRows() == 0
                && (never || activity.sinceLastRun().compareTo(interval) >= 0 || probeFailed);
    }

    private synchronized boolean begin(Duration interval) {
        long now = nanoClock.getAsLong();
        if (probing || now - lastProbeNanos < interval.toNanos()) {
            return false;
        }
        probing = true;
        lastProbeNanos = now;
        return true;
    }

    private void ended(@Nullable InferenceResult result, @Nullable Throwable failure) {
        if (result != null) {
            result.outputs().close();
        }
        probeFailed = failure != null;
        synchronized (this) {
            probing = false;
        }
    }
}
