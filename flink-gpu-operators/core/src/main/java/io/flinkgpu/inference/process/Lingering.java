package io.flinkgpu.inference.process;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.annotation.Internal;

/**
 * Values that users share by key, and that outlive their last user for a while.
 *
 * <p>The first user of a key makes its value, later ones share it. When the last one has let go,
 * the value lingers, and is then retired; a user who comes before that takes it over. A value that
 * has become unusable is replaced for whoever comes next, and lingers for those who have it. Safe
 * for use by many threads: values are made and retired one at a time, under the lock of this
 * object.
 */
@Internal
public final class Lingering<K, V> {

    private final ScheduledExecutorService timer;
    private final Predicate<? super V> isUnusable;
    private final Consumer<? super V> retire;
    private final Map<K, Entry<K, V>> entries = new HashMap<>();
    private long idlePeriods;

    /**
     * @param timer runs the end of linger times
     * @param isUnusable whether a value may not be given to another user
     * @param retire called once with each value, after its linger time; must not block
     */
    public Lingering(
            ScheduledExecutorService timer,
            Predicate<? super V> isUnusable,
            Consumer<? super V> retire) {
        this.timer = timer;
        this.isUnusable = isUnusable;
        this.retire = retire;
    }

    /** Makes a value. */
    @FunctionalInterface
    public interface Maker<V, E extends Exception> {
        /**
         * A new value; the caller's thread, outside of the lock.
         *
         * @throws E if it cannot be made
         */
        V make() throws E;
    }

    /**
     * A share in the value of a key, which is made if there is none that is usable.
     *
     * @throws E if {@code maker} does; nothing is kept then
     */
    public synchronized <E extends Exception> Share acquire(K key, Maker<? extends V, E> maker)
            throws E {
        Entry<K, V> entry = entries.get(key);
        if (entry == null || isUnusable.test(entry.value)) {
            entry = new Entry<>(key, maker.make());
            entries.put(key, entry);
        }
        entry.users++;
        entry.linger.cancel(false);
        return new Share(entry);
    }

    /** How many keys have a value, used or lingering. */
    public synchronized int size() {
        return entries.size();
    }

    /** The values that nobody uses and somebody could, the longest unused first. */
    public synchronized Map<K, V> idle() {
        Map<K, V> idle = new LinkedHashMap<>();
        entries.values().stream()
                .filter(entry -> entry.users == 0 && !isUnusable.test(entry.value))
                .sorted(Comparator.comparingLong(entry -> entry.idleSince))
                .forEach(entry -> idle.put(entry.key, entry.value));
        return idle;
    }

    /** Retires the value of a key before its time, unless it is used. */
    public synchronized void retireIfIdle(K key) {
        Entry<K, V> entry = entries.get(key);
        if (entry != null && entry.users == 0) {
            retire(entry);
        }
    }

    /** Retires the value of every key, used or not. */
    public synchronized void retireAll() {
        List.copyOf(entries.values()).forEach(this::retire);
    }

    private synchronized void release(Entry<K, V> entry, Duration linger) {
        entry.users--;
        if (entry.users == 0 && !entry.retired) {
            long idlePeriod = ++idlePeriods;
            entry.idleSince = idlePeriod;
            entry.linger =
                    timer.schedule(
                            () -> retireIfStillIdle(entry, idlePeriod),
                            linger.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** A timer that was cancelled too late finds another idle period, or a user. */
    private synchronized void retireIfStillIdle(Entry<K, V> entry, long idlePeriod) {
        if (entry.users == 0 && entry.idleSince == idlePeriod && !entry.retired) {
            retire(entry);
        }
    }

    private void retire(Entry<K, V> entry) {
        entry.retired = true;
        entry.linger.cancel(false);
        entries.remove(entry.key, entry);
        retire.accept(entry.value);
    }

    /** One user's share in a value. */
    public final class Share {

        private final Entry<K, V> entry;
        private boolean released;

        private Share(Entry<K, V> entry) {
            this.entry = entry;
        }

        /** By which the value was asked for. */
        public K key() {
            return entry.key;
        }

        /** The value, which is the user's until it lets go. */
        public V value() {
            return entry.value;
        }

        /**
         * Lets go; the second time does nothing.
         *
         * @param linger how long the value waits for another user if this was the last one
         */
        public void release(Duration linger) {
            synchronized (Lingering.this) {
                if (!released) {
                    released = true;
                    Lingering.this.release(entry, linger);
                }
            }
        }
    }

    /** A value and its users; guarded by the lock of the outer object. */
    private static final class Entry<K, V> {

        private final K key;
        private final V value;
        private int users;
        private long idleSince;
        private boolean retired;
        private Future<?> linger = CompletableFuture.completedFuture(null);

        private Entry(K key, V value) {
            this.key = key;
            this.value = value;
        }
    }
}
