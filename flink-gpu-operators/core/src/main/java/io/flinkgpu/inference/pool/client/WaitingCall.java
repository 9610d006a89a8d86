package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import java.util.List;

/** What waits in a line for a place on a replica. */
interface WaitingCall {

    /** Whether nobody waits for it any more. */
    boolean isOver();

    RoutingRequest routing();

    /** Of what it sends; 0 if it never merges. */
    long byteSize();

    /** Whether one request may take the other one along, behind this one. */
    boolean mergesWith(WaitingCall other);

    /**
     * Takes over the place; returns at once.
     *
     * @param followers which merge with it, and go along
     */
    void start(Route route, List<WaitingCall> followers);
}
