package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;

/**
 * A call that goes from replica to replica until one answers, or no replica can.
 *
 * <p>It waits in line for a place, is sent, and after a failure that another replica may not repeat
 * goes to another one, pausing if none is free. One attempt at a time. Safe for use by many
 * threads.
 *
 * @param <Q> the request
 * @param <R> the response
 */
final class RoutedCall<Q, R> implements WaitingCall {

    /** Hears how the call ends: one of the first two, and not both, unless it was given up. */
    interface Listener<R> {

        /** A replica answered, perhaps a call that was given up; the listener owns the response. */
        void answered(Replica replica, R response, long roundTripNanos);

        /** No replica can answer. */
        void failed(Throwable cause);

        /** A replica answered and failed nevertheless; the listener owns the response. */
        void discarded(R response);

        /** The request is not read any more; called once, whatever happens. */
        void requestReleased();
    }

    /**
     * What is asked.
     *
     * @param key of {@link RoutingRequest}
     * @param deadline of the request; an attempt may end sooner
     */
    record Question<Q, R>(
            MethodDescriptor<Q, R> method,
            Q request,
            ServedModel model,
            long key,
            int rows,
            Deadline deadline) {}

    private final PoolConnection connection;
    private final ClientCounters counters;
    private final Question<Q, R> question;
    private final Listener<R> listener;
    private final RetryDecision retries;
    private volatile RoutingRequest routing;
    private volatile boolean over;
    @Nullable private Attempt<Q, R> running;
    @Nullable private volatile AttemptFailure lastFailure;

    RoutedCall(
            PoolConnection connection,
            ClientCounters counters,
            Question<Q, R> question,
            Listener<R> listener) {
        this.connection = connection;
        this.counters = counters;
        this.question = question;
        this.listener = listener;
        this.retries = new RetryDecision(question.model(), connection.timings().modelPatience());
        this.routing = routingOf(question, retries);
    }

    /** Gets in line. */
    void submit() {
        connection.join(this);
    }

    /** Ends the call without an answer; what runs is cancelled. */
    void giveUp() {
        Attempt<Q, R> left;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            left = running;
        }
        if (left == null) {
            listener.requestReleased();
        } else {
            left.cancel();
        }
    }

    /** Why the last attempt failed; empty if none has. */
    Optional<AttemptFailure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public RoutingRequest routing() {
        return routing;
    }

    @Override
    public void start(Route route) {
        connection.execute(() -> attempt(route));
    }

    private void attempt(Route route) {
        try {
            Optional<Channel> channel = connection.channel(route.replica().address());
            if (channel.isPresent()) {
                attempt(route, channel.get());
            } else {
                route.refused(0);
                connection.rejoin(this);
            }
        } catch (RuntimeException unusable) {
            route.lost();
            end(
                    new ModelRunException(
                            "Cannot call replica %s: %s"
                                    .formatted(route.replica().address(), unusable.getMessage()),
                            unusable));
        }
    }

    private void attempt(Route route, Channel channel) {
        Attempt<Q, R> attempt =
                new Attempt<>(channel, question.method(), timeoutNanos(), route, this::ended);
        if (begin(attempt)) {
            counters.attemptStarted();
            attempt.start(question.request());
        } else {
            route.refused(0);
            connection.advance();
        }
    }

    private synchronized boolean begin(Attempt<Q, R> attempt) {
        if (over) {
            return false;
        }
        running = attempt;
        return true;
    }

    private long timeoutNanos() {
        long attemptNanos = connection.config().attemptTimeout().toNanos();
        return Math.max(1, Math.min(attemptNanos, question.deadline().leftNanos()));
    }

    private void ended(Attempt<Q, R> attempt) {
        counters.attemptEnded();
        R response = attempt.response();
        if (attempt.status().isOk() && response != null) {
            attempt.route().succeeded(attempt.nanos());
            connection.replicaAnswered(attempt.replica().address());
            answered(attempt, response);
        } else {
            failed(attempt, response);
        }
        connection.advance();
    }

    /** The listener takes the response in any case: it knows how to give it back. */
    private void answered(Attempt<Q, R> attempt, R response) {
        synchronized (this) {
            over = true;
            running = null;
        }
        listener.requestReleased();
        listener.answered(attempt.replica(), response, attempt.nanos());
    }

    private void failed(Attempt<Q, R> attempt, @Nullable R response) {
        if (response != null) {
            listener.discarded(response);
        }
        boolean wasOver;
        synchronized (this) {
            running = null;
            wasOver = over;
        }
        if (wasOver) {
            attempt.route().refused(0);
            listener.requestReleased();
        } else {
            decide(attempt);
        }
    }

    private void decide(Attempt<Q, R> attempt) {
        Status status = attempt.status();
        AttemptFailure failure =
                AttemptFailure.of(attempt.replica().address(), status, attempt.trailers());
        lastFailure = failure;
        endRoute(attempt, failure);
        RetryDecision.Outcome outcome =
                retries.after(failure, connection.router().members(question.model()));
        if (outcome.failure() != null) {
            end(outcome.failure());
            return;
        }
        counters.retriedAfter(status.getCode());
        routing = routingOf(question, retries);
        retry(outcome.pauseFirst());
    }

    private void endRoute(Attempt<Q, R> attempt, AttemptFailure failure) {
        boolean ownDeadline = question.deadline().hasPassed();
        if (failure.kind() == AttemptFailure.Kind.LOST && !ownDeadline) {
            attempt.route().lost();
            connection.replicaLost(failure);
        } else {
            attempt.route().refused(failure.pushbackMillis());
        }
    }

    private void retry(boolean pauseFirst) {
        Optional<Route> other = pauseFirst ? Optional.empty() : connection.pickOther(routing);
        if (other.isPresent()) {
            start(other.get());
            return;
        }
        try {
            long pause = connection.pauseNanos(retries.countPause());
            ScheduledFuture<?> unused = connection.schedule(this::rejoin, pause);
        } catch (RejectedExecutionException shutDown) {
            end(shutDown);
        }
    }

    /** After the pause, replicas that were merely lost or busy are as good as others. */
    private void rejoin() {
        retries.forgive();
        routing = routingOf(question, retries);
        connection.rejoin(this);
    }

    private void end(Throwable cause) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        listener.requestReleased();
        listener.failed(cause);
    }

    private static RoutingRequest routingOf(Question<?, ?> question, RetryDecision retries) {
        return new RoutingRequest(
                question.model(), question.key(), question.rows(), retries.avoided());
    }
}
