package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.Membership;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Tells news of members from what a slow subtask hears later than its neighbours.
 *
 * <p>All subtasks hear the same news in the same order, but not at the same time. What was applied
 * before and is older than what is applied is not applied again. Not thread-safe.
 */
final class MembershipHistory {

    private static final int MOST_REMEMBERED = 32;

    private final ArrayDeque<List<Membership>> applied = new ArrayDeque<>();

    /** Notes the members; false if they are not news. */
    boolean isNews(List<Membership> pools) {
        if (pools.equals(applied.peekLast()) || (applied.contains(pools) && isOlder(pools))) {
            return false;
        }
        applied.addLast(pools);
        if (applied.size() > MOST_REMEMBERED) {
            applied.removeFirst();
        }
        return true;
    }

    private boolean isOlder(List<Membership> pools) {
        List<Membership> newest = applied.peekLast();
        for (int i = 0; i < pools.size(); i++) {
            if (pools.get(i).version() > newest.get(i).version()) {
                return false;
            }
        }
        return true;
    }
}
