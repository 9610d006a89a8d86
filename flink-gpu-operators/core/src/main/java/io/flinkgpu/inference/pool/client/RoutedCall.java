package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * A call that goes from replica to replica until one answers, or no replica can.
 *
 * <p>It waits in line for a place, is sent, and after a failure that another replica may not repeat
 * goes to another one, pausing if none is free, or if too many calls fail. One attempt at a time,
 * or a second one beside it if the first is late; the first answer counts. Safe for use by many
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
     * @param mayHedge whether a second replica may be asked beside the first
     */
    record Question<Q, R>(
            MethodDescriptor<Q, R> method,
            Q request,
            ServedModel model,
            long key,
            int rows,
            Deadline deadline,
            boolean mayHedge) {}

    private final PoolConnection connection;
    private final ClientCounters counters;
    private final Question<Q, R> question;
    private final Listener<R> listener;
    private final CallState<Attempt<Q, R>> state;
    private final AtomicReference<ScheduledFuture<?>> hedgeTimer = new AtomicReference<>();

    RoutedCall(
            PoolConnection connection,
            ClientCounters counters,
            Question<Q, R> question,
            Listener<R> listener) {
        this.connection = connection;
        this.counters = counters;
        this.question = question;
        this.listener = listener;
        this.state =
                new CallState<>(
                        new RoutingRequest(
                                question.model(), question.key(), question.rows(), Set.of()),
                        connection.retriesOf(question.model()));
    }

    /** Gets in line. */
    void submit() {
        connection.join(this);
    }

    /** Ends the call without an answer; what runs is cancelled. */
    void giveUp() {
        boolean unused = finish();
    }

    /** Why the last attempt failed; empty if none has. */
    Optional<AttemptFailure> lastFailure() {
        return state.lastFailure();
    }

    /** The replicas that were asked longer ago than that and have not answered. */
    List<ReplicaAddress> silentFor(Duration time) {
        return state.silentFor(time);
    }

    @Override
    public boolean isOver() {
        return state.isOver();
    }

    @Override
    public RoutingRequest routing() {
        return state.routing();
    }

    @Override
    public void start(Route route) {
        connection.executeNext(() -> attempt(route));
    }

    private void attempt(Route route) {
        try {
            Optional<Channel> channel = connection.channel(route.replica().address());
            if (channel.isPresent()) {
                attempt(route, channel.get());
            } else {
                // The replica has just left; the line learns of it soon.
                route.unused();
                pause();
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
        Attempt<Q, R> attempt = newAttempt(route, channel);
        if (state.begin(attempt)) {
            counters.attemptStarted();
            hedgeLater(attempt);
            attempt.start(question.request());
        } else {
            route.unused();
            connection.advance();
        }
    }

    private Attempt<Q, R> newAttempt(Route route, Channel channel) {
        long timeout =
                Math.min(connection.attemptTimeout().toNanos(), question.deadline().leftNanos());
        return new Attempt<>(channel, question.method(), Math.max(1, timeout), route, this::ended);
    }

    /** Only a first attempt counts for the policy. */
    private void hedgeLater(Attempt<Q, R> attempt) {
        if (!question.mayHedge() || !state.runsAlone(attempt)) {
            return;
        }
        connection
                .hedgeAfter()
                .ifPresent(
                        late ->
                                hedgeTimer.set(
                                        connection.schedule(
                                                () ->
                                                        connection.execute(
                                                                () -> hedge(attempt, late)),
                                                late.toNanos())));
    }

    /** A timer that fires for nothing wakes a thread for nothing. */
    private void stopHedgeTimer() {
        ScheduledFuture<?> timer = hedgeTimer.getAndSet(null);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void hedge(Attempt<Q, R> late, Duration after) {
        if (!state.runsAlone(late)) {
            return;
        }
        Set<ReplicaAddress> avoided = new HashSet<>(routing().avoided());
        avoided.add(late.address());
        connection
                .pickOther(routing().avoiding(avoided))
                .ifPresent(route -> hedgeOn(route, late, after));
    }

    private void hedgeOn(Route route, Attempt<Q, R> late, Duration after) {
        ReplicaAddress replica = route.replica().address();
        Optional<Channel> channel;
        try {
            channel = connection.channel(replica);
        } catch (RuntimeException unusable) {
            // The first attempt goes on; a call that is sent there first says why it cannot be.
            route.lost();
            return;
        }
        if (channel.isPresent() && connection.mayHedge()) {
            Attempt<Q, R> second = newAttempt(route, channel.get());
            if (state.beginSecond(late, second)) {
                counters.attemptStarted();
                connection.hedged(replica, question.rows(), after);
                second.start(question.request());
                return;
            }
        }
        route.unused();
        connection.advance();
    }

    private void ended(Attempt<Q, R> attempt) {
        counters.attemptEnded();
        stopHedgeTimer();
        R response = attempt.response();
        if (attempt.status().isOk() && response != null) {
            answered(attempt, response);
        } else {
            failed(attempt, response);
        }
        connection.advance();
    }

    /** The listener takes the response in any case: it knows how to give it back. */
    private void answered(Attempt<Q, R> attempt, R response) {
        attempt.route().succeeded(attempt.nanos());
        CallState.Answer<Attempt<Q, R>> answer = state.answered(attempt);
        answer.losers().forEach(Attempt::cancel);
        connection.answered(attempt.address(), question.rows(), attempt.nanos(), answer.guilty());
        releaseIfUnused();
        listener.answered(attempt.replica(), response, attempt.nanos());
    }

    private void failed(Attempt<Q, R> attempt, @Nullable R response) {
        if (response != null) {
            listener.discarded(response);
        }
        AttemptFailure failure = attempt.failure();
        CallState.Next next = state.failed(attempt, failure, connection.members(question.model()));
        if (next.wasOver()) {
            attempt.route().unused();
            releaseIfUnused();
            return;
        }
        endRoute(attempt, failure);
        if (next.end() != null) {
            end(next.end());
            return;
        }
        counters.retriedAfter(failure.status().getCode());
        if (!next.othersRun()) {
            retry(next.pauseFirst() || connection.throttles(failure));
        }
    }

    private void endRoute(Attempt<Q, R> attempt, AttemptFailure failure) {
        boolean blamed = !question.deadline().hasPassed();
        if (blamed && failure.kind() == AttemptFailure.Kind.LOST) {
            attempt.route().lost();
        } else {
            attempt.route().refused(failure.pushbackMillis());
        }
        connection.failed(failure, question.rows(), Duration.ofNanos(attempt.nanos()), blamed);
    }

    private void retry(boolean pauseFirst) {
        Optional<Route> other = pauseFirst ? Optional.empty() : connection.pickOther(routing());
        if (other.isPresent()) {
            start(other.get());
            return;
        }
        pause();
    }

    private void pause() {
        try {
            connection.pause(this::rejoin, state.countPause());
        } catch (RejectedExecutionException shutDown) {
            end(shutDown);
        }
    }

    private void rejoin() {
        state.forgive();
        connection.rejoin(this);
    }

    private void end(Throwable cause) {
        if (finish()) {
            listener.failed(cause);
        }
    }

    /** Ends the call and cancels what runs; false if it has ended before. */
    private boolean finish() {
        Optional<List<Attempt<Q, R>>> left = state.finish();
        left.ifPresent(attempts -> attempts.forEach(Attempt::cancel));
        releaseIfUnused();
        return left.isPresent();
    }

    private void releaseIfUnused() {
        if (state.isReleased()) {
            listener.requestReleased();
        }
    }
}
