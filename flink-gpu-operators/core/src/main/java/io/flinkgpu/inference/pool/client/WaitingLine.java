package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The calls to one model that wait for a place on a replica, first come, first served.
 *
 * <p>Safe for use by many threads.
 */
final class WaitingLine {

    private final Router router;
    private final ArrayDeque<WaitingCall> calls = new ArrayDeque<>();

    WaitingLine(Router router) {
        this.router = router;
    }

    /** Queues a call behind all others; true if calls are left waiting. */
    synchronized boolean join(WaitingCall call) {
        calls.addLast(call);
        return advance();
    }

    /** Queues a call that has waited before, in front of all others; true if calls are left. */
    synchronized boolean rejoin(WaitingCall call) {
        calls.addFirst(call);
        return advance();
    }

    /** Starts as many calls as find a place; true if calls are left waiting. */
    synchronized boolean advance() {
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
