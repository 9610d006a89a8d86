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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.annotation.Nullable;

/**
 * One request to one replica, for one call or for several.
 *
 * <p>It has ended when the transport has closed it and the request is not being read any more, so
 * that the request's memory may be given back. {@link Part#cancel()} from any thread.
 */
final class Attempt<Q, R> extends ClientCall.Listener<R> {

    private static final int SEND_AND_CLOSE = 2;

    /** What the attempt is to one of its calls. */
    final class Part implements CallState.Asked {

        private final RoutedCall<Q, R> call;

        private Part(RoutedCall<Q, R> call) {
            this.call = call;
        }

        RoutedCall<Q, R> call() {
            return call;
        }

        @Override
        public ReplicaAddress address() {
            return route.replica().address();
        }

        @Override
        public Duration age() {
            return sinceStart.time();
        }

        /** Its call waits no more; the last one that does not cancels the attempt. Once. */
        void cancel() {
            letGo();
        }
    }

    private final ClientCall<Q, R> transport;
    private final Route route;
    private final Consumer<Attempt<Q, R>> whenEnded;
    private final AtomicInteger open = new AtomicInteger(SEND_AND_CLOSE);
    private final Stopwatch sinceStart = Stopwatch.start();
    private final List<Part> parts = new ArrayList<>();
    // Those whose calls wait, and one for who fills it.
    private final AtomicInteger holds = new AtomicInteger(1);
    @Nullable private R response;
    private Status status = Status.UNKNOWN;
    private Metadata trailers = new Metadata();
    private long nanos;

    /**
     * An attempt that has no calls and has not started.
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
        this.transport =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS));
        this.route = route;
        this.whenEnded = whenEnded;
    }

    /**
     * Adds a part for a call, before the start.
     *
     * @param begins whether the call takes it up; it may cancel it from then on
     * @return whether it did
     */
    boolean add(RoutedCall<Q, R> call, Predicate<Part> begins) {
        Part part = new Part(call);
        holds.incrementAndGet();
        if (!begins.test(part)) {
            holds.decrementAndGet();
            return false;
        }
        parts.add(part);
        return true;
    }

    /** One for each call that it carries, in their order. */
    List<Part> parts() {
        return parts;
    }

    /** Whether it carries several calls. */
    boolean isMerged() {
        return parts.size() > 1;
    }

    Route route() {
        return route;
    }

    Replica replica() {
        return route.replica();
    }

    ReplicaAddress address() {
        return route.replica().address();
    }

    /** Of all calls. */
    int rows() {
        return parts.stream().mapToInt(part -> part.call().question().rows()).sum();
    }

    /** Sends the request. */
    void start(Q request) {
        letGo();
        try {
            transport.start(this, new Metadata());
        } catch (RuntimeException cancelledBefore) {
            onClose(Status.CANCELLED.withCause(cancelledBefore), trailers);
            stepEnded();
            return;
        }
        try {
            transport.request(2);
            transport.sendMessage(request);
            transport.halfClose();
        } catch (RuntimeException | Error failure) {
            transport.cancel("Cannot send request: " + failure, failure);
        } finally {
            stepEnded();
        }
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
        stepEnded();
    }

    private void letGo() {
        if (holds.decrementAndGet() == 0) {
            transport.cancel("The request was given up.", null);
        }
    }

    private void stepEnded() {
        if (open.decrementAndGet() == 0) {
            whenEnded.accept(this);
        }
    }
}
