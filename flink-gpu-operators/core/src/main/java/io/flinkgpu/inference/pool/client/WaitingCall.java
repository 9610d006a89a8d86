package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.RoutingRequest;

/** What waits in a line for a place on a replica. */
interface WaitingCall {

    /** Whether nobody waits for it any more. */
    boolean isOver();

    RoutingRequest routing();

    /** Takes over the place; returns at once. */
    void start(Route route);
}
