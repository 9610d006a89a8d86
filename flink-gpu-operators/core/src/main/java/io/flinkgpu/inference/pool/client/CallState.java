package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Where a {@link RoutedCall} stands; all its transitions happen here, under one lock.
 *
 * @param <A> an attempt; two are equal only if they are the same
 */
final class CallState<A extends CallState.Asked> {

    /*
     * The states of a call, and what its fields are in each:
     *
     *   WAITING    not over, nothing runs      it stands in line, or pauses before it goes back there
     *   ASKING     not over, one or two run    a replica has been asked; two, if the first is late
     *   ENDING     over, one or two run        its end is known; what still runs is being cancelled
     *   RELEASED   over, nothing runs          nobody reads the request any more
     *
     *     begin         WAITING -> ASKING      refused once the call is over
     *     beginSecond   ASKING  -> ASKING      refused unless the first attempt still runs alone
     *     failed        ASKING  -> WAITING     if no other attempt runs: the driver tries again
     *                   ASKING  -> ASKING      if the other one still may answer
     *                   ENDING  -> ENDING or RELEASED
     *     parted        as failed, in each state: the attempt carried other calls, too, and failed perhaps for theirs
     *     answered      ASKING  -> ENDING      the first answer counts, and ends the call
     *                   ENDING  -> ENDING or RELEASED   a late answer is the listener's to discard
     *     finish        WAITING -> RELEASED, ASKING -> ENDING      a failure, or it was given up
     *
     * 1. Whoever ends the call learns so, once: finish and the first answered return what still runs,
     *    and the driver cancels it outside of the lock, because cancelling calls back.
     * 2. The request's memory goes back when RELEASED is reached, which isReleased says exactly once.
     *    An attempt counts as running until the transport has closed it and reads the request no more.
     * 3. A failure of a run speaks against a replica only when another replica runs the same rows:
     *    until then it is a suspect, and answered hands the suspects out.
     * 4. isOver and routing are read by the line without the lock. Both are written under it; a line
     *    that reads an old value starts an attempt that begin refuses.
     */

    /** An attempt as the state sees it. */
    interface Asked {

        /** The replica that was asked. */
        ReplicaAddress address();

        /** Since it was asked. */
        Duration age();
    }

    /**
     * What an answer means.
     *
     * @param losers other attempts that run, to be cancelled
     * @param guilty other replicas, which failed the rows that this one ran
     */
    record Answer<A>(List<A> losers, List<ReplicaAddress> guilty) {}

    /**
     * What the driver does after a failure.
     *
     * @param wasOver the call had ended before, and nobody cares
     * @param end with which the call ends; null: it goes on
     * @param othersRun another attempt may still answer, so that nothing is to be done
     * @param pauseFirst whether asking another replica at once is of no use
     */
    record Next(boolean wasOver, @Nullable Throwable end, boolean othersRun, boolean pauseFirst) {}

    private final RoutingRequest first;
    private final RetryDecision retries;
    private final Set<ReplicaAddress> suspects = new LinkedHashSet<>();
    private final Set<A> running = new LinkedHashSet<>();
    private volatile RoutingRequest routing;
    private volatile boolean over;
    private volatile boolean alone;
    private boolean released;
    private boolean hasSecond;
    @Nullable private AttemptFailure lastFailure;

    /** A call that waits. */
    CallState(RoutingRequest routing, RetryDecision retries) {
        this.first = routing;
        this.routing = routing;
        this.retries = retries;
    }

    /** Whether the call has ended; any thread, without the lock. */
    boolean isOver() {
        return over;
    }

    /** Which replica to ask next; any thread, without the lock. */
    RoutingRequest routing() {
        return routing;
    }

    /** Whether no other call may go along; any thread, without the lock. */
    boolean isAlone() {
        return alone;
    }

    /** Takes an attempt up; false if the call is over. */
    synchronized boolean begin(A attempt) {
        return !over && running.add(attempt);
    }

    /** Whether a second attempt may join this one. */
    synchronized boolean runsAlone(A attempt) {
        return !over && !hasSecond && running.size() == 1 && running.contains(attempt);
    }

    /** Takes a second attempt up beside the first, once in a call; false if that is not alone. */
    synchronized boolean beginSecond(A first, A second) {
        if (!runsAlone(first)) {
            return false;
        }
        hasSecond = true;
        return running.add(second);
    }

    /** Notes an answer, which ends the call. */
    synchronized Answer<A> answered(A attempt) {
        running.remove(attempt);
        over = true;
        suspects.remove(attempt.address());
        Answer<A> answer = new Answer<>(List.copyOf(running), List.copyOf(suspects));
        suspects.clear();
        return answer;
    }

    /**
     * Notes that an attempt gave no answer.
     *
     * @param members that could be asked instead, the failed one included
     */
    synchronized Next failed(
            A attempt, AttemptFailure failure, Collection<ReplicaAddress> members) {
        running.remove(attempt);
        if (over) {
            return new Next(true, null, !running.isEmpty(), false);
        }
        lastFailure = failure;
        if (failure.kind() == AttemptFailure.Kind.RUN_FAILED
                || failure.kind() == AttemptFailure.Kind.DEVICE_SICK) {
            suspects.add(failure.replica());
        }
        RetryDecision.Outcome outcome = retries.after(failure, members);
        routing = first.avoiding(retries.avoided());
        return new Next(false, outcome.failure(), !running.isEmpty(), outcome.pauseFirst());
    }

    /**
     * Notes that an attempt failed which carried other calls, too; from here on none may go along.
     */
    synchronized Next parted(A attempt, AttemptFailure failure) {
        running.remove(attempt);
        if (!over) {
            alone = true;
            lastFailure = failure;
        }
        return new Next(over, null, !running.isEmpty(), false);
    }

    /** How many pauses there have been before this one. */
    synchronized int countPause() {
        return retries.countPause();
    }

    /** After a pause, replicas that were merely lost or busy are as good as others. */
    synchronized void forgive() {
        retries.forgive();
        routing = first.avoiding(retries.avoided());
    }

    /** Ends the call; what still runs, or empty if it has ended before. */
    synchronized Optional<List<A>> finish() {
        if (over) {
            return Optional.empty();
        }
        over = true;
        return Optional.of(List.copyOf(running));
    }

    /** True the first time that the call is over and nothing runs. */
    synchronized boolean isReleased() {
        if (released || !over || !running.isEmpty()) {
            return false;
        }
        released = true;
        return true;
    }

    /** Why the last attempt failed; empty if none has. */
    synchronized Optional<AttemptFailure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** The replicas that were asked longer ago than that and have not answered. */
    synchronized List<ReplicaAddress> silentFor(Duration time) {
        return running.stream()
                .filter(attempt -> attempt.age().compareTo(time) > 0)
                .map(Asked::address)
                .toList();
    }
}
