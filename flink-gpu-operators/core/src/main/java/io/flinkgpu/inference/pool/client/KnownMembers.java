package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of a connection's pools, as its subtasks tell them.
 *
 * <p>All subtasks of a job hear the same news in the same order, but not at the same time; those of
 * another job have a coordinator of their own, which may know less. So of each pool:
 *
 * <ul>
 *   <li>what a coordinator has not seen itself, as when it has just started or remembers a
 *       checkpoint, never replaces what another has seen;
 *   <li>what was applied before and is older than what is applied is not applied again.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class KnownMembers {

    private static final int MOST_REMEMBERED = 32;

    private final Map<PoolAddress, Membership> current = new LinkedHashMap<>();
    private final Map<PoolAddress, ArrayDeque<Membership>> applied = new HashMap<>();

    /** Takes over what is news; false if nothing is. */
    boolean update(List<Membership> told) {
        boolean changed = false;
        for (Membership membership : told) {
            changed |= update(membership);
        }
        return changed;
    }

    /** Each pool once. */
    List<Membership> pools() {
        return List.copyOf(current.values());
    }

    private boolean update(Membership told) {
        Membership known = current.get(told.pool());
        if (known != null && !isNews(told, known)) {
            return false;
        }
        current.put(told.pool(), told);
        ArrayDeque<Membership> history =
                applied.computeIfAbsent(told.pool(), pool -> new ArrayDeque<>());
        history.addLast(told);
        if (history.size() > MOST_REMEMBERED) {
            history.removeFirst();
        }
        return true;
    }

    private boolean isNews(Membership told, Membership known) {
        if (!told.isSeen()) {
            return !known.isSeen() && known.replicas().isEmpty() && !told.replicas().isEmpty();
        }
        if (isEqual(told, known)) {
            return false;
        }
        boolean wasApplied =
                applied.get(told.pool()).stream().anyMatch(earlier -> isEqual(told, earlier));
        return !wasApplied || told.version() > known.version();
    }

    /** Two coordinators see a registry's version with different loads. */
    private static boolean isEqual(Membership one, Membership other) {
        return one.version() == other.version() && one.isSameAs(other);
    }
}
