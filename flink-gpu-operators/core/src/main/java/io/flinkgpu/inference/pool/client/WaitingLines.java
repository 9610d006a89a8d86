package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import java.time.Duration;
import java.util.ArrayDeque;
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
 * <p>Safe for use by many threads.
 */
final class WaitingLines {

    private final Router router;
    private final ScheduledExecutorService timer;
    private final Duration look;
    private final Map<ServedModel, Line> lines = new ConcurrentHashMap<>();
    private final AtomicBoolean lookIsDue = new AtomicBoolean();

    /**
     * No calls yet.
     *
     * @param look between two looks at the replicas while calls wait: the end of a replica's rest
     *     is not an event
     */
    WaitingLines(Router router, ScheduledExecutorService timer, Duration look) {
        this.router = router;
        this.timer = timer;
        this.look = look;
    }

    /** Queues a call behind the others of its model. */
    void join(WaitingCall call) {
        lookAgainIf(line(call).join(call));
    }

    /** Queues a call that has waited before, in front of the others of its model. */
    void rejoin(WaitingCall call) {
        lookAgainIf(line(call).rejoin(call));
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
        return lines.computeIfAbsent(call.routing().model(), name -> new Line());
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

        /** True if calls are left waiting. */
        private synchronized boolean join(WaitingCall call) {
            calls.addLast(call);
            return advance();
        }

        private synchronized boolean rejoin(WaitingCall call) {
            calls.addFirst(call);
            return advance();
        }

        private synchronized boolean advance() {
            while (!calls.isEmpty()) {
                if (calls.peekFirst().isOver()) {
                    calls.removeFirst();
                    continue;
                }
                Optional<Route> route = router.pick(calls.peekFirst().routing());
                if (route.isEmpty()) {
                    return true;
                }
                calls.removeFirst().start(route.get());
            }
            return false;
        }
    }
}
