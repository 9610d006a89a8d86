package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The members of one pool at one time.
 *
 * @param pool whose members these are
 * @param version grows with each change; comparable within one life of the registry only
 * @param complete false while the registry waits for replicas to report, as after a restart: then a
 *     member that is missing here may well live
 */
@PublicEvolving
public record Membership(PoolAddress pool, long version, boolean complete, List<Replica> replicas)
        implements Serializable {

    /** Copies the replicas. */
    public Membership {
        replicas = List.copyOf(replicas);
    }

    /** Nothing known yet. */
    public static Membership unknown(PoolAddress pool) {
        return new Membership(pool, -1, false, List.of());
    }
}
