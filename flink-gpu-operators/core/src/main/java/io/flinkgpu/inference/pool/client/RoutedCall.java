package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * A call that goes from replica to replica until one answers, or no replica can.
 *
 * <p>It waits in line for a place, is sent, and after a failure that another replica may not repeat
 * goes to another one, pausing if none is free, or if too many calls fail. One attempt at a time,
 * or a second one beside it if the first is late; the first answer counts. A call that waits may go
 * with others in one request, which a {@link CallGroup} sends. Safe for use by many threads.
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
     * How calls go in one request.
     *
     * @param <Q> the request
     * @param <R> the response
     */
    interface Merger<Q, R> {

        /** Whether one request may ask what both ask. */
        boolean merges(Q one, Q other);

        /** How much of a request counts. */
        long byteSize(Q request);

        /** One request that asks what all ask, in their order, and reads what they read. */
        Q merge(List<Q> requests);

        /**
         * What each is answered; takes the response over.
         *
         * @throws IllegalArgumentException if the response is no answer to all of them
         */
        List<R> split(R response, List<Q> requests);
    }

    /**
     * What is asked.
     *
     * @param key of {@link RoutingRequest}
     * @param deadline of the request; an attempt may end sooner
     * @param mayHedge whether a second replica may be asked beside the first
     * @param merger the same for all calls that may go in one request; null: it goes alone
     */
    record Question<Q, R>(
            MethodDescriptor<Q, R> method,
            Q request,
            ServedModel model,
            long key,
            int rows,
            Deadline deadline,
            boolean mayHedge,
            @Nullable Merger<Q, R> merger) {}

    private final PoolConnection connection;
    private final ClientCounters counters;
    private final Question<Q, R> question;
    private final Listener<R> listener;
    // Taken at once: a line may ask when the request has been released.
    private final long byteSize;
    private final CallState<Attempt<Q, R>.Part> state;
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
        this.byteSize =
                question.merger() == null ? 0 : question.merger().byteSize(question.request());
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
    public long byteSize() {
        return byteSize;
    }

    @Override
    public boolean mergesWith(WaitingCall other) {
        return question.merger() != null
                && other instanceof RoutedCall<?, ?> that
                && that.question.merger() == question.merger()
                && mergesWith(ofSameKind(that));
    }

    private boolean mergesWith(RoutedCall<Q, R> that) {
        return !state.isAlone()
                && !that.state.isAlone()
                && routing().avoided().equals(that.routing().avoided())
                && question.merger().merges(question.request(), that.question.request());
    }

    @Override
    public void start(Route route, List<WaitingCall> followers) {
        List<RoutedCall<Q, R>> calls = new ArrayList<>(followers.size() + 1);
        calls.add(this);
        followers.forEach(follower -> calls.add(ofSameKind((RoutedCall<?, ?>) follower)));
        new CallGroup<>(connection, calls).start(route);
    }

    // INVARIANT: calls with the same merger have its types of requests and responses
    @SuppressWarnings("unchecked")
    private RoutedCall<Q, R> ofSameKind(RoutedCall<?, ?> other) {
        return (RoutedCall<Q, R>) other;
    }

    Question<Q, R> question() {
        return question;
    }

    ClientCounters counters() {
        return counters;
    }

    /** Takes an attempt up; false if the call is over. */
    boolean begin(Attempt<Q, R>.Part part) {
        if (!state.begin(part)) {
            return false;
        }
        counters.batchSent();
        hedgeLater(part);
        return true;
    }

    /** Takes a second attempt up beside the first; false if that is not alone. */
    boolean beginSecond(Attempt<Q, R>.Part late, Attempt<Q, R>.Part second) {
        if (!state.beginSecond(late, second)) {
            return false;
        }
        counters.batchSent();
        return true;
    }

    /** An attempt has ended, somehow; called before it is noted how. */
    void attemptEnded() {
        counters.batchEnded();
        stopHedgeTimer();
    }

    /** Ends the call with an answer; the other replicas that failed its rows. */
    List<ReplicaAddress> noteAnswer(Attempt<Q, R>.Part part) {
        CallState.Answer<Attempt<Q, R>.Part> answer = state.answered(part);
        answer.losers().forEach(Attempt.Part::cancel);
        return answer.guilty();
    }

    /** Hands the noted answer out. */
    void answered(Replica replica, R response, long roundTripNanos) {
        releaseIfUnused();
        listener.answered(replica, response, roundTripNanos);
    }

    /**
     * An attempt gave no answer.
     *
     * @param members that could be asked instead, the failed one included
     */
    CallState.Next noteFailure(
            Attempt<Q, R>.Part part, AttemptFailure failure, List<ReplicaAddress> members) {
        CallState.Next next = state.failed(part, failure, members);
        if (next.wasOver()) {
            releaseIfUnused();
        }
        return next;
    }

    /** An attempt gave no answer, perhaps for the sake of others. */
    CallState.Next noteParting(Attempt<Q, R>.Part part, AttemptFailure failure) {
        CallState.Next next = state.parted(part, failure);
        if (next.wasOver()) {
            releaseIfUnused();
        }
        return next;
    }

    /** Ends the call if a failure does. */
    void endIfToldTo(CallState.Next next) {
        if (next.end() != null) {
            end(next.end());
        }
    }

    /** How many pauses there have been before this one. */
    int countPause() {
        return state.countPause();
    }

    /** After a pause, replicas that were merely lost or busy are as good as others. */
    void forgive() {
        state.forgive();
    }

    /** Gives back a response that is none. */
    void discard(R response) {
        listener.discarded(response);
    }

    /** Ends the call without an answer, unless it has ended before. */
    void end(Throwable cause) {
        if (finish()) {
            listener.failed(cause);
        }
    }

    /** Only a first attempt counts for the policy. */
    private void hedgeLater(Attempt<Q, R>.Part first) {
        if (!question.mayHedge() || !state.runsAlone(first)) {
            return;
        }
        connection
                .hedgeAfter()
                .ifPresent(
                        late ->
                                hedgeTimer.set(
                                        connection.schedule(
                                                () -> connection.execute(() -> hedge(first, late)),
                                                late.toNanos())));
    }

    /** A timer that fires for nothing wakes a thread for nothing. */
    private void stopHedgeTimer() {
        ScheduledFuture<?> timer = hedgeTimer.getAndSet(null);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void hedge(Attempt<Q, R>.Part late, Duration after) {
        if (!state.runsAlone(late)) {
            return;
        }
        Set<ReplicaAddress> avoided = new HashSet<>(routing().avoided());
        avoided.add(late.address());
        connection
                .pickOther(routing().avoiding(avoided))
                .ifPresent(
                        route ->
                                new CallGroup<>(connection, List.of(this))
                                        .hedge(late, route, after));
    }

    /** Ends the call and cancels what runs; false if it has ended before. */
    private boolean finish() {
        Optional<List<Attempt<Q, R>.Part>> left = state.finish();
        left.ifPresent(parts -> parts.forEach(Attempt.Part::cancel));
        releaseIfUnused();
        return left.isPresent();
    }

    private void releaseIfUnused() {
        if (state.isReleased()) {
            listener.requestReleased();
        }
    }
}
