package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.process.Stopwatch;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * One try of a call on one replica.
 *
 * <p>It has ended when the transport has closed the call and the request is not being read any
 * more, so that the request's memory may be given back. {@link #cancel()} from any thread.
 */
final class Attempt<Q, R> extends ClientCall.Listener<R> implements CallState.Asked {

    private static final int SEND_AND_CLOSE = 2;

    private final ClientCall<Q, R> call;
    private final Route route;
    private final Consumer<Attempt<Q, R>> whenEnded;
    private final AtomicInteger open = new AtomicInteger(SEND_AND_CLOSE);
    private final Stopwatch sinceStart = Stopwatch.start();
    @Nullable private R response;
    private Status status = Status.UNKNOWN;
    private Metadata trailers = new Metadata();
    private long nanos;

    /**
     * An attempt that has not started.
     *
     * @param timeoutNanos after which it ends with DEADLINE_EXCEEDED
     * @param whenEnded called once, on the thread that ends it
     */
    Attempt(
            Channel channel,
            MethodDescriptor<Q, R> method,
            long timeoutNanos,
            Route route,
            Consumer<Attempt<Q, R>> whenEnded) {
        this.call =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS));
        this.route = route;
        this.whenEnded = whenEnded;
    }

    Route route() {
        return route;
    }

    Replica replica() {
        return route.replica();
    }

    @Override
    public ReplicaAddress address() {
        return route.replica().address();
    }

    /** Sends the request. */
    void start(Q request) {
        try {
            call.start(this, new Metadata());
        } catch (RuntimeException cancelledBefore) {
            onClose(Status.CANCELLED.withCause(cancelledBefore), trailers);
            partEnded();
            return;
        }
        try {
            call.request(2);
            call.sendMessage(request);
            call.halfClose();
        } catch (RuntimeException | Error failure) {
            call.cancel("Cannot send request: " + failure, failure);
        } finally {
            partEnded();
        }
    }

    void cancel() {
        call.cancel("The request was given up.", null);
    }

    /** The answer, once ended; null if there is none. */
    @Nullable
    R response() {
        return response;
    }

    /** How it ended. */
    Status status() {
        return status;
    }

    /** Why there is no answer, and what follows; once ended. */
    AttemptFailure failure() {
        return AttemptFailure.of(address(), status, trailers);
    }

    @Override
    public Duration age() {
        return sinceStart.time();
    }

    /** From start to end. */
    long nanos() {
        return nanos;
    }

    @Override
    public void onMessage(R message) {
        response = message;
    }

    @Override
    public void onClose(Status end, Metadata endTrailers) {
        nanos = sinceStart.nanos();
        status = end;
        trailers = endTrailers;
        partEnded();
    }

    private void partEnded() {
        if (open.decrementAndGet() == 0) {
            whenEnded.accept(this);
        }
    }
}
