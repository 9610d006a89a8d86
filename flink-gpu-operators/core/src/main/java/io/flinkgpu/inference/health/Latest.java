package io.flinkgpu.inference.health;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest of what is added: of too many the oldest are dropped. Safe for use by many threads.
 */
final class Latest<T> {

    private final int most;
    private final ArrayDeque<T> items = new ArrayDeque<>();

    /**
     * Nothing yet.
     *
     * @param most that are kept, at least 1
     */
    Latest(int most) {
        this.most = most;
    }

    synchronized void add(T item) {
        if (items.size() == most) {
            items.removeFirst();
        }
        items.addLast(item);
    }

    /** All that is kept, the oldest first. */
    synchronized List<T> all() {
        return List.copyOf(items);
    }

    /** Takes up to so many away, the oldest first. */
    synchronized List<T> take(int limit) {
        List<T> taken = new ArrayList<>();
        while (taken.size() < limit && !items.isEmpty()) {
            taken.add(items.removeFirst());
        }
        return taken;
    }
}
