package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelSignature;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a loaded model still runs: by the age of its oldest run, and by runs of one row of zeros
 * while it is idle.
 *
 * <p>A model whose example row is unknown is judged by the age of its runs alone, and so is one
 * that takes no zeros: their failure is of class DATA, or it is unexplained and none has ever
 * passed. Safe for use by many threads.
 */
final class CopyHealth {

    private static final Logger LOG = LoggerFactory.getLogger(CopyHealth.class);

    private final LocalModelClient client;
    private final Duration maxRunTime;
    private boolean probing;
    private volatile boolean zerosPassed;
    private volatile boolean takesNoZeros;
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
        if (takesNoZeros || !hasExample(signature) || !isIdleFor(interval) || !begin(interval)) {
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

    private boolean isOfZeros(ErrorClass errorClass) {
        return errorClass == ErrorClass.DATA || (errorClass == ErrorClass.UNKNOWN && !zerosPassed);
    }

    private void ended(@Nullable InferenceResult result, @Nullable Throwable failure) {
        if (result != null) {
            result.outputs().close();
        }
        zerosPassed |= failure == null;
        takesNoZeros = failure != null && isOfZeros(ErrorClasses.of(failure));
        probeFailed = failure != null && !takesNoZeros;
        if (takesNoZeros) {
            LOG.info("No further runs of zeros to see how a model is: it takes none.", failure);
        }
        synchronized (this) {
            probing = false;
        }
    }
}
