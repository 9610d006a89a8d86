package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls that wait for a place on a replica: a line for each model, first come, first served.
 *
 * <p>A call that waits may take those behind it along: where there are more batches than places,
 * one request of many rows costs less than many requests.
 *
 * <p>Safe for use by many threads.
 */
final class WaitingLines {

    /** A request of more bytes takes no longer for each byte: there is nothing to gain. */
    private static final long MAX_MERGED_BYTES = 4L << 20;

    private final Router router;
    private final ScheduledExecutorService timer;
    private final Duration look;
    private final int maxMergedRows;
    private final Map<ServedModel, Line> lines = new ConcurrentHashMap<>();
    private final AtomicBoolean lookIsDue = new AtomicBoolean();

    /**
     * No calls yet.
     *
     * @param look between two looks at the replicas while calls wait: the end of a replica's rest
     *     is not an event
     * @param maxMergedRows of calls that go together; 0: none do
     */
    WaitingLines(Router router, ScheduledExecutorService timer, Duration look, int maxMergedRows) {
        this.router = router;
        this.timer = timer;
        this.look = look;
        this.maxMergedRows = maxMergedRows;
    }

    /** Queues a call behind the others of its model. */
    void join(WaitingCall call) {
        lookAgainIf(line(call).join(call));
    }

    /**
     * Queues calls of one model that have waited before, in front of the others.
     *
     * @param calls at least one, in their order
     */
    void rejoin(List<? extends WaitingCall> calls) {
        lookAgainIf(line(calls.get(0)).rejoin(calls));
    }

    /** Calls that wait; for tests. */
    int size() {
        return lines.values().stream().mapToInt(Line::size).sum();
    }

    /** A request of several calls with so many rows was refused, perhaps because they are many. */
    void refused(ServedModel model, int mergedRows) {
        line(model).refused(mergedRows);
    }

    /** Starts waiting calls; to be called whenever a route has ended. */
    void advance() {
        boolean left = false;
        for (Line line : lines.values()) {
            left |= line.advance();
        }
        lookAgainIf(left);
    }

    private Line line(WaitingCall call) {
        return line(call.routing().model());
    }

    private Line line(ServedModel model) {
        return lines.computeIfAbsent(model, name -> new Line());
    }

    private void lookAgainIf(boolean callsAreLeft) {
        if (callsAreLeft && lookIsDue.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> unused =
                        timer.schedule(this::look, look.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException shutDown) {
                lookIsDue.set(false);
            }
        }
    }

    private void look() {
        lookIsDue.set(false);
        advance();
    }

    /** The calls to one model. */
    private final class Line {

        private final ArrayDeque<WaitingCall> calls = new ArrayDeque<>();
        private int maxRows = maxMergedRows;

        /** True if calls are left waiting. */
        private synchronized boolean join(WaitingCall call) {
            calls.addLast(call);
            return advance();
        }

        private synchronized boolean rejoin(List<? extends WaitingCall> inOrder) {
            for (int i = inOrder.size() - 1; i >= 0; i--) {
                calls.addFirst(inOrder.get(i));
            }
            return advance();
        }

        private synchronized int size() {
            return calls.size();
        }

        private synchronized void refused(int mergedRows) {
            maxRows = Math.min(maxRows, mergedRows / 2);
        }

        private synchronized boolean advance() {
            int share = 0;
            while (!calls.isEmpty()) {
                WaitingCall first = calls.peekFirst();
                if (first.isOver()) {
                    calls.removeFirst();
                    continue;
                }
                Optional<Route> route = router.pick(first.routing());
                if (route.isEmpty()) {
                    return true;
                }
                share = share == 0 ? share(first.routing().model()) : share;
                calls.removeFirst();
                first.start(route.get(), takeFollowers(first, share - 1));
            }
            return false;
        }

        /** A replica takes no more of the line than its share: the others are soon free, too. */
        private int share(ServedModel model) {
            if (calls.size() == 1) {
                return 1;
            }
            int replicas = Math.max(1, router.members(model).size());
            return (calls.size() + replicas - 1) / replicas;
        }

        private List<WaitingCall> takeFollowers(WaitingCall first, int most) {
            List<WaitingCall> followers = new ArrayList<>();
            long rows = first.routing().rows();
            long bytes = first.byteSize();
            while (followers.size() < most && !calls.isEmpty()) {
                WaitingCall next = calls.peekFirst();
                if (next.isOver()) {
                    calls.removeFirst();
                    continue;
                }
                rows += next.routing().rows();
                bytes += next.byteSize();
                if (rows > maxRows || bytes > MAX_MERGED_BYTES || !first.mergesWith(next)) {
                    break;
                }
                followers.add(calls.removeFirst());
            }
            return followers;
        }
    }
}
