package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * Keeps the members of a pool while its registry does not know them all.
 *
 * <p>A registry that restarts names its members one after the other. A complete membership replaces
 * what was known; an incomplete one adds to it, and a replica that it does not name stays for the
 * retention time after it was last named, because it most likely serves on, and for as long as a
 * member loads, which may be its successor. While the registry cannot be asked nothing is
 * forgotten. Not thread-safe.
 */
@Internal
public final class MemberRetention {

    private final long retentionNanos;
    private final LongSupplier nanoClock;
    private final Map<ReplicaAddress, Long> lastNamed = new HashMap<>();
    private Membership members;

    /**
     * Starts with what is known, as named at this moment.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    public MemberRetention(Membership known, Duration retention, LongSupplier nanoClock) {
        this.retentionNanos = retention.toNanos();
        this.nanoClock = nanoClock;
        this.members = known;
        note(known.replicas());
    }

    /** The members to go by. */
    public Membership members() {
        return members;
    }

    /**
     * Takes a look at the registry into account; true if the members have changed by it. A change
     * of load alone is none.
     */
    public boolean update(Membership seen) {
        note(seen.replicas());
        List<Replica> replicas = new ArrayList<>(seen.replicas());
        boolean loading =
                replicas.stream().anyMatch(replica -> replica.state() == ReplicaState.LOADING);
        if (!seen.complete()) {
            members.replicas().stream()
                    .filter(known -> isMissing(known, seen.replicas()))
                    .filter(known -> loading || isRetained(known.address()))
                    .forEach(replicas::add);
        }
        Membership former = members;
        members = new Membership(seen.pool(), seen.version(), seen.complete(), replicas);
        lastNamed.keySet().removeIf(address -> isUnknown(address, replicas));
        return !members.isSameAs(former);
    }

    /** The registry cannot be asked: that it names nobody says nothing against the members. */
    public void noteUnreachable() {
        note(members.replicas());
    }

    private void note(List<Replica> replicas) {
        long now = nanoClock.getAsLong();
        replicas.forEach(replica -> lastNamed.put(replica.address(), now));
    }

    private boolean isRetained(ReplicaAddress address) {
        Long named = lastNamed.get(address);
        return named != null && nanoClock.getAsLong() - named < retentionNanos;
    }

    private static boolean isMissing(Replica known, List<Replica> seen) {
        return isUnknown(known.address(), seen);
    }

    private static boolean isUnknown(ReplicaAddress address, List<Replica> replicas) {
        return replicas.stream().noneMatch(replica -> replica.address().equals(address));
    }
}
