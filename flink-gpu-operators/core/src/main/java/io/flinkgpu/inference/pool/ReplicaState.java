package io.flinkgpu.inference.pool;

import org.apache.flink.annotation.PublicEvolving;

/** What a replica says about itself. */
@PublicEvolving
public enum ReplicaState {
    /** Its models are not all loaded and warm. */
    LOADING,
    /** It takes requests. */
    READY,
    /** Its health check fails, or a run takes too long: it gets no new requests. */
    UNHEALTHY,
    /** It finishes what it has and takes nothing new. */
    DRAINING
}
