package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.process.Causes;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;

/**
 * A client's share in a {@link HostedModel}: hands its batches to the queue in front of the device,
 * as soon as the model's files are found, and takes them back when their time is over or the client
 * is closed. Safe for use by many threads.
 */
final class ModelShare implements LocalModelClient {
    private final ModelRef model;
    private final CompletableFuture<HostedModel> hosted;
    private final Runnable release;
    private final ScheduledExecutorService timer;
    private final Set<InferenceRequest> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A share that is used.
     *
     * @param hosted completes when it is known which copy the share is in
     * @param release gives it back, once
     * @param timer runs deadlines
     */
    ModelShare(
            ModelRef model,
            CompletableFuture<HostedModel> hosted,
            Runnable release,
            ScheduledExecutorService timer) {
        this.model = model;
        this.hosted = hosted;
        this.release = release;
        this.timer = timer;
    }

    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return hosted.thenCompose(HostedModel::ready);
    }

    /** Known as soon as its files are found, which is before they are loaded. */
    @Override
    public Optional<ModelIdentity> identity() {
        return Optional.ofNullable(found()).map(HostedModel::identity);
    }

    @Override
    public Optional<String> checksum() {
        return Optional.ofNullable(found()).flatMap(HostedModel::checksum);
    }

    @Override
    public CompletableFuture<InferenceResult> infer(
            TensorBatch batch, Deadline deadline, Deadline startBy, Merging merging) {
        InferenceRequest request =
                new InferenceRequest(batch, deadline, startBy, merging, System::nanoTime);
        if (closed.get()) {
            request.fail(clientClosed());
            return request.result();
        }
        pending.add(request);
        Future<?> expiry = schedule(request.deadline(), request::expire);
        Future<?> withdrawal = schedule(startBy, () -> withdrawUnstarted(request));
        CompletableFuture<?> unused =
                request.result()
                        .whenComplete(
                                (result, failure) -> {
                                    expiry.cancel(false);
                                    withdrawal.cancel(false);
                                    pending.remove(request);
                                    if (failure != null) {
                                        discardIfWaiting(request);
                                    }
                                });
        CompletableFuture<?> unusedSubmission =
                hosted.whenComplete((found, failure) -> submit(request, found, failure));
        return request.result();
    }

    private void submit(
            InferenceRequest request, @Nullable HostedModel found, @Nullable Throwable failure) {
        if (found == null) {
            request.fail(Causes.unwrapped(failure));
            return;
        }
        found.submit(request);
        if (request.isGivenUp()) {
            discardIfWaiting(request);
        }
        if (closed.get()) {
            withdraw(request);
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        pending.forEach(this::withdraw);
        release.run();
    }

    @Override
    public boolean isLost() {
        HostedModel found = found();
        return found != null && found.isLost();
    }

    @Override
    public ModelActivity activity() {
        HostedModel found = found();
        return found == null
                ? new ModelActivity(0, 0, Duration.ZERO, Duration.ZERO)
                : found.activity();
    }

    private Future<?> schedule(Deadline when, Runnable action) {
        if (when.isNone()) {
            return CompletableFuture.completedFuture(null);
        }
        return timer.schedule(action, when.leftNanos(), TimeUnit.NANOSECONDS);
    }

    /** What a device thread has taken has started, and is left to it. */
    private void withdrawUnstarted(InferenceRequest request) {
        HostedModel found = found();
        if (found == null) {
            request.withdrawUnstarted(); // its batch goes when it would have been submitted
        } else if (found.withdraw(request)) {
            request.withdrawUnstarted();
            request.discard();
        }
    }

    /** What nobody waits for gives its memory back at once, also while the device is busy. */
    private void discardIfWaiting(InferenceRequest request) {
        HostedModel found = found();
        if (found != null && found.withdraw(request)) {
            request.discard();
        }
    }

    private void withdraw(InferenceRequest request) {
        HostedModel found = found();
        if (found == null) {
            request.abandon(clientClosed());
        } else if (found.withdraw(request)) {
            request.fail(clientClosed());
        }
    }

    /** The copy that the share is in; null while that is not known, or if there is none. */
    @Nullable
    private HostedModel found() {
        return hosted.isDone() && !hosted.isCompletedExceptionally() ? hosted.join() : null;
    }

    private ModelRunException clientClosed() {
        return new ModelRunException("Cannot run model " + model + ": its client was closed.")
                .classified(ErrorClass.CONNECTION);
    }
}
