package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.Route;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import javax.annotation.Nullable;

/**
 * Calls that go to a replica in one request: one, or several that waited in line together.
 *
 * <p>It keeps the books of the request, which are those of the replica; what the request means to
 * each call is the call's. Safe for use by many threads.
 */
final class CallGroup<Q, R> {

    /*
     * The states of a group of calls:
     *
     *   PICKED    a replica has a place for it       its calls have left the line
     *   SENT      an attempt carries its calls       each has a part in it, as in an attempt of its own
     *   PAUSED    no replica is free                 then its calls go back to the front of the line, where others
     *                                                may join them
     *   OVER      its calls have ended, or go on in other groups
     *
     *     send      PICKED -> SENT       with those that have not ended meanwhile; the others stay behind
     *               PICKED -> PAUSED     the replica has left the pool
     *     answered  SENT   -> OVER       each call gets its rows of the answer
     *     retry     SENT   -> PICKED     the replica is lost or busy, which says nothing of the rows: another one gets
     *               SENT   -> PAUSED     the same group, or what is left of it
     *     takeApart SENT   -> OVER       what failed may be the rows of one call, or how many they are: the calls go
     *                                    back to the front of the line, and each goes alone from there on, as if it
     *                                    had not been asked yet
     *
     * 1. No call fails for another. A failure ends calls only if it is not of rows, or of a call that went alone.
     * 2. A call may be given up, or be answered by a hedge, while the request carries it. Its part lets go; the
     *    request is cancelled when no call waits for it. Its rows' memory is held in any case until the request is
     *    not read any more, because its part counts as running until the attempt has ended.
     * 3. What a request costs is counted once, however many calls it carries: its place and time on the replica, the
     *    strike and the token of a failure. What a call costs is counted for each: its retries, its pauses, its hedge.
     */

    private final PoolConnection connection;
    private final List<RoutedCall<Q, R>> calls;
    private final RoutedCall<Q, R> first;

    /**
     * A group that has not started.
     *
     * @param calls at least one, in their order; several merge
     */
    CallGroup(PoolConnection connection, List<RoutedCall<Q, R>> calls) {
        this.connection = connection;
        this.calls = calls;
        this.first = calls.get(0);
    }

    /**
     * Sends the request soon, on a worker.
     *
     * @param route picked for the rows of the first call
     */
    void start(Route route) {
        calls.stream().skip(1).forEach(call -> route.add(call.question().rows()));
        connection.executeNext(() -> send(route));
    }

    private void send(Route route) {
        try {
            Optional<Channel> channel = connection.channel(route.replica().address());
            if (channel.isPresent()) {
                send(route, channel.get());
            } else {
                // The replica has just left; the line learns of it soon.
                route.unused();
                pause();
            }
        } catch (RuntimeException unusable) {
            route.lost();
            endAll(
                    new ModelRunException(
                            "Cannot call replica %s: %s"
                                    .formatted(route.replica().address(), unusable.getMessage()),
                            unusable));
        }
    }

    private void send(Route route, Channel channel) {
        Attempt<Q, R> attempt = newAttempt(route, channel);
        for (RoutedCall<Q, R> call : calls) {
            boolean unused = attempt.add(call, call::begin);
        }
        if (attempt.parts().isEmpty()) {
            route.unused();
            connection.advance();
            return;
        }
        first.counters().requestSent();
        attempt.start(request(attempt));
    }

    /**
     * Sends the first call's request to a second replica.
     *
     * @param late the call's part in the first attempt
     * @param after what time that counts as late
     */
    void hedge(Attempt<Q, R>.Part late, Route route, Duration after) {
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
            if (second.add(first, part -> first.beginSecond(late, part))) {
                first.counters().requestSent();
                connection.hedged(replica, second.rows(), after);
                second.start(request(second));
                return;
            }
        }
        route.unused();
        connection.advance();
    }

    private Attempt<Q, R> newAttempt(Route route, Channel channel) {
        RoutedCall.Question<Q, R> question = first.question();
        long timeout =
                Math.min(connection.attemptTimeout().toNanos(), question.deadline().leftNanos());
        return new Attempt<>(channel, question.method(), Math.max(1, timeout), route, this::ended);
    }

    private Q request(Attempt<Q, R> attempt) {
        List<Q> requests = requests(attempt);
        return attempt.isMerged() ? merger().merge(requests) : requests.get(0);
    }

    private List<Q> requests(Attempt<Q, R> attempt) {
        return attempt.parts().stream().map(part -> part.call().question().request()).toList();
    }

    private RoutedCall.Merger<Q, R> merger() {
        return first.question().merger();
    }

    private void ended(Attempt<Q, R> attempt) {
        attempt.parts().forEach(part -> part.call().attemptEnded());
        R response = attempt.response();
        if (!attempt.status().isOk() || response == null) {
            failed(attempt, response);
        } else if (attempt.isMerged()) {
            answeredAll(attempt, response);
        } else {
            answered(attempt, List.of(response));
        }
        connection.advance();
    }

    private void answeredAll(Attempt<Q, R> attempt, R response) {
        List<R> responses;
        try {
            responses = merger().split(response, requests(attempt));
        } catch (IllegalArgumentException otherRows) {
            Status status = Status.INTERNAL.withDescription(otherRows.getMessage());
            takeApart(attempt, AttemptFailure.of(attempt.address(), status, new Metadata()));
            return;
        }
        answered(attempt, responses);
    }

    /** The listeners take the responses in any case: they know how to give them back. */
    private void answered(Attempt<Q, R> attempt, List<R> responses) {
        attempt.route().succeeded(attempt.nanos());
        Set<ReplicaAddress> guilty = new LinkedHashSet<>();
        attempt.parts().forEach(part -> guilty.addAll(part.call().noteAnswer(part)));
        connection.answered(
                attempt.address(), attempt.rows(), attempt.nanos(), List.copyOf(guilty));
        for (int i = 0; i < responses.size(); i++) {
            RoutedCall<Q, R> call = attempt.parts().get(i).call();
            call.answered(attempt.replica(), responses.get(i), attempt.nanos());
        }
    }

    private void failed(Attempt<Q, R> attempt, @Nullable R response) {
        if (response != null) {
            first.discard(response);
        }
        AttemptFailure failure = attempt.failure();
        if (attempt.isMerged() && failure.mayBeOfRows()) {
            takeApart(attempt, failure);
            return;
        }
        List<ReplicaAddress> members = connection.members(first.question().model());
        Map<RoutedCall<Q, R>, CallState.Next> nexts = new LinkedHashMap<>();
        for (Attempt<Q, R>.Part part : attempt.parts()) {
            nexts.put(part.call(), part.call().noteFailure(part, failure, members));
        }
        if (!endRoute(attempt, failure, nexts.values())) {
            return;
        }
        nexts.forEach(RoutedCall::endIfToldTo);
        nexts.values().removeIf(next -> next.wasOver() || next.end() != null);
        if (nexts.isEmpty()) {
            return;
        }
        first.counters().retriedAfter(failure.status().getCode());
        nexts.values().removeIf(CallState.Next::othersRun);
        if (!nexts.isEmpty()) {
            boolean pauseFirst = nexts.values().stream().anyMatch(CallState.Next::pauseFirst);
            new CallGroup<>(connection, List.copyOf(nexts.keySet()))
                    .retry(pauseFirst || connection.throttles(failure));
        }
    }

    private void takeApart(Attempt<Q, R> attempt, AttemptFailure failure) {
        Map<RoutedCall<Q, R>, CallState.Next> nexts = new LinkedHashMap<>();
        for (Attempt<Q, R>.Part part : attempt.parts()) {
            nexts.put(part.call(), part.call().noteParting(part, failure));
        }
        if (failure.mayBeOfSize()) {
            connection.refusedMerged(first.question().model(), attempt.rows());
        }
        if (!endRoute(attempt, failure, nexts.values())) {
            return;
        }
        first.counters().retriedAfter(failure.status().getCode());
        nexts.values().removeIf(next -> next.wasOver() || next.othersRun());
        if (!nexts.isEmpty()) {
            connection.rejoin(List.copyOf(nexts.keySet()));
        }
    }

    /** Gives the place back, and blames whom to blame; false if all calls were over before. */
    private boolean endRoute(
            Attempt<Q, R> attempt, AttemptFailure failure, Collection<CallState.Next> nexts) {
        if (nexts.stream().allMatch(CallState.Next::wasOver)) {
            attempt.route().unused();
            return false;
        }
        boolean blamed = !first.question().deadline().hasPassed();
        if (blamed && failure.kind() == AttemptFailure.Kind.LOST) {
            attempt.route().lost();
        } else {
            attempt.route().refused(failure.pushbackMillis());
        }
        connection.failed(failure, attempt.rows(), Duration.ofNanos(attempt.nanos()), blamed);
        return true;
    }

    private void retry(boolean pauseFirst) {
        Optional<Route> other =
                pauseFirst ? Optional.empty() : connection.pickOther(first.routing());
        if (other.isPresent()) {
            start(other.get());
        } else {
            pause();
        }
    }

    private void pause() {
        int before = calls.stream().mapToInt(RoutedCall::countPause).max().orElse(0);
        try {
            connection.pause(this::rejoin, before);
        } catch (RejectedExecutionException shutDown) {
            endAll(shutDown);
        }
    }

    private void rejoin() {
        calls.forEach(RoutedCall::forgive);
        connection.rejoin(calls);
    }

    private void endAll(Throwable cause) {
        calls.forEach(call -> call.end(cause));
    }
}
