package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The members of one pool at one time.
 *
 * @param pool whose members these are
 * @param version grows with each change; comparable within one life of the registry only. Below
 *     zero: the teller has not asked the registry itself yet
 * @param complete false while the registry waits for replicas to report or to load, as after a
 *     restart: then a member that is missing here may well live, and serve
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
        return remembered(pool, List.of());
    }

    /** Known from earlier, while the registry has not been asked yet. */
    public static Membership remembered(PoolAddress pool, List<Replica> replicas) {
        return new Membership(pool, -1, false, replicas);
    }

    /** Whether the registry said so, to whoever tells it. */
    public boolean isSeen() {
        return version >= 0;
    }

    /** Whether it is the same but for version and load. */
    public boolean isSameAs(Membership other) {
        return pool.equals(other.pool)
                && complete == other.complete
                && replicas.size() == other.replicas.size()
                && IntStream.range(0, replicas.size())
                        .allMatch(i -> replicas.get(i).isSameAs(other.replicas.get(i)));
    }
}
