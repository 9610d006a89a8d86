package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
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
    private final Set<ReplicaAddress> suspects = new LinkedHashSet<>();
    private final Set<Attempt<Q, R>> running = new LinkedHashSet<>();
    private volatile RoutingRequest routing;
    private volatile boolean over;
    private boolean released;
    private boolean hedged;
    @Nullable private ScheduledFuture<?> hedgeTimer;
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
        boolean unused = finish();
    }

    /** Why the last attempt failed; empty if none has. */
    Optional<AttemptFailure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** The replicas that were asked longer ago than that and have not answered. */
    synchronized List<ReplicaAddress> silentFor(Duration time) {
        return running.stream()
                .filter(attempt -> attempt.ageNanos() > time.toNanos())
                .map(attempt -> attempt.replica().address())
                .toList();
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
                route.unused();
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
            hedgeLater(attempt);
            attempt.start(question.request());
        } else {
            route.unused();
            connection.advance();
        }
    }

    private synchronized boolean begin(Attempt<Q, R> attempt) {
        return !over && running.add(attempt);
    }

    private long timeoutNanos() {
        long attemptNanos = connection.config().attemptTimeout().toNanos();
        return Math.max(1, Math.min(attemptNanos, question.deadline().leftNanos()));
    }

    /** Only the first attempt of a call counts for the policy, and has a second one beside it. */
    private void hedgeLater(Attempt<Q, R> attempt) {
        synchronized (this) {
            if (hedged || running.size() > 1) {
                return;
            }
        }
        connection
                .faults()
                .hedgeAfter()
                .ifPresent(
                        late -> {
                            ScheduledFuture<?> timer =
                                    connection.schedule(
                                            () -> connection.execute(() -> hedge(attempt, late)),
                                            late.toNanos());
                            synchronized (this) {
                                hedgeTimer = timer;
                            }
                        });
    }

    /** A timer that fires for nothing wakes a thread for nothing. */
    private void stopHedgeTimer() {
        ScheduledFuture<?> timer;
        synchronized (this) {
            timer = hedgeTimer;
            hedgeTimer = null;
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void hedge(Attempt<Q, R> late, Duration after) {
        synchronized (this) {
            if (over || hedged || !running.contains(late)) {
                return;
            }
        }
        Set<ReplicaAddress> avoided = new HashSet<>(routing.avoided());
        avoided.add(late.replica().address());
        Optional<Route> other =
                connection.pickOther(
                        new RoutingRequest(
                                question.model(), question.key(), question.rows(), avoided));
        if (other.isEmpty()) {
            return;
        }
        Optional<Channel> channel;
        try {
            channel = connection.channel(other.get().replica().address());
        } catch (RuntimeException unusable) {
            // The first attempt goes on; a call that is sent there first says why it cannot be.
            other.get().lost();
            return;
        }
        if (channel.isEmpty() || !connection.faults().tryHedge()) {
            other.get().refused(0);
            return;
        }
        synchronized (this) {
            hedged = true;
        }
        connection
                .faults()
                .events()
                .happened(
                        new FaultEvent.Hedged(
                                other.get().replica().address().toString(),
                                question.rows(),
                                after));
        attempt(other.get(), channel.get());
    }

    private void ended(Attempt<Q, R> attempt) {
        counters.attemptEnded();
        stopHedgeTimer();
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
        List<Attempt<Q, R>> losers;
        List<ReplicaAddress> guilty;
        synchronized (this) {
            running.remove(attempt);
            over = true;
            losers = List.copyOf(running);
            guilty = List.copyOf(suspects);
            suspects.clear();
        }
        losers.forEach(Attempt::cancel);
        connection
                .faults()
                .succeeded(attempt.replica().address(), question.rows(), attempt.nanos());
        // The rows have passed elsewhere: those who failed them were at fault.
        guilty.stream()
                .filter(replica -> !replica.equals(attempt.replica().address()))
                .forEach(connection.faults()::failed);
        releaseIfUnused();
        listener.answered(attempt.replica(), response, attempt.nanos());
    }

    private void failed(Attempt<Q, R> attempt, @Nullable R response) {
        if (response != null) {
            listener.discarded(response);
        }
        boolean wasOver;
        boolean othersRun;
        synchronized (this) {
            running.remove(attempt);
            wasOver = over;
            othersRun = !running.isEmpty();
        }
        if (wasOver) {
            attempt.route().refused(0);
            releaseIfUnused();
        } else {
            decide(attempt, othersRun);
        }
    }

    private void decide(Attempt<Q, R> attempt, boolean othersRun) {
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
        if (!othersRun) {
            retry(outcome.pauseFirst() || isThrottled(failure));
        }
    }

    /**
     * What a replica gave back costs nothing, and failed runs, which may be the rows' fault, have a
     * bound of their own.
     */
    private boolean isThrottled(AttemptFailure failure) {
        boolean costs =
                failure.kind() == AttemptFailure.Kind.LOST
                        || failure.kind() == AttemptFailure.Kind.PUSHED_BACK;
        return costs && !connection.faults().mayRetryAtOnce(failure.replica());
    }

    private void endRoute(Attempt<Q, R> attempt, AttemptFailure failure) {
        boolean ownDeadline = question.deadline().hasPassed();
        if (failure.kind() == AttemptFailure.Kind.LOST && !ownDeadline) {
            attempt.route().lost();
            connection.replicaLost(failure);
            connection.faults().failed(failure.replica());
        } else {
            attempt.route().refused(failure.pushbackMillis());
        }
        tell(attempt, failure, ownDeadline);
    }

    private void tell(Attempt<Q, R> attempt, AttemptFailure failure, boolean ownDeadline) {
        String replica = failure.replica().toString();
        Duration time = Duration.ofNanos(attempt.nanos());
        if (failure.kind() == AttemptFailure.Kind.RUN_FAILED) {
            synchronized (this) {
                suspects.add(failure.replica());
            }
        } else if (failure.kind() == AttemptFailure.Kind.SPILLED_BACK) {
            connection
                    .faults()
                    .events()
                    .happened(new FaultEvent.SpilledBack(replica, question.rows(), time));
        } else if (failure.status().getCode() == Status.Code.DEADLINE_EXCEEDED && !ownDeadline) {
            connection
                    .faults()
                    .events()
                    .happened(new FaultEvent.AttemptTimedOut(replica, question.rows(), time));
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
        if (finish()) {
            listener.failed(cause);
        }
    }

    /** Ends the call and cancels what runs; false if it has ended before. */
    private boolean finish() {
        List<Attempt<Q, R>> left;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            left = List.copyOf(running);
        }
        left.forEach(Attempt::cancel);
        releaseIfUnused();
        return true;
    }

    private void releaseIfUnused() {
        synchronized (this) {
            if (released || !over || !running.isEmpty()) {
                return;
            }
            released = true;
        }
        listener.requestReleased();
    }

    private static RoutingRequest routingOf(Question<?, ?> question, RetryDecision retries) {
        return new RoutingRequest(
                question.model(), question.key(), question.rows(), retries.avoided());
    }
}
