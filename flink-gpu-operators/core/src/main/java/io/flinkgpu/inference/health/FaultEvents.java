package io.flinkgpu.inference.health;

import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the faults of a process are told, counted by kind, and remembered for a while.
 *
 * <p>Safe for use by many threads.
 */
@Internal
public final class FaultEvents {

    private static final Logger LOG = LoggerFactory.getLogger(FaultEvents.class);
    private static final int REMEMBERED = 1000;
    private static final FaultEvents OF_PROCESS = ofServices();

    private final Clock clock;
    private final List<FaultListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Class<? extends FaultEvent>, LongAdder> counts = new ConcurrentHashMap<>();
    private final Latest<TimedFault> latest = new Latest<>(REMEMBERED);

    /** A fault with the time at which it was told. */
    public record TimedFault(Instant time, FaultEvent event) implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    /** Events of their own, for tests; jobs use {@link #ofProcess()}. */
    public FaultEvents(Clock clock) {
        this.clock = clock;
    }

    /** Those of this process. */
    public static FaultEvents ofProcess() {
        return OF_PROCESS;
    }

    /** Tells a fault to all listeners. */
    public void happened(FaultEvent event) {
        Instant now = clock.instant();
        counts.computeIfAbsent(event.getClass(), kind -> new LongAdder()).increment();
        latest.add(new TimedFault(now, event));
        for (FaultListener listener : listeners) {
            tell(listener, now, event);
        }
    }

    /** Adds a listener until the result is closed. */
    public Registration listen(FaultListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** How often a kind of fault has happened. */
    public long count(Class<? extends FaultEvent> kind) {
        LongAdder count = counts.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** How often each kind that has happened did, by its simple name. */
    public Map<String, Long> counts() {
        Map<String, Long> byName = new TreeMap<>();
        counts.forEach((kind, count) -> byName.put(kind.getSimpleName(), count.sum()));
        return byName;
    }

    /** The latest faults, the oldest first; 1000 at most. */
    public List<TimedFault> latest() {
        return latest.all();
    }

    /** Ends a listener's time. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {

        @Override
        void close();
    }

    /** A listener is a guest: what it throws must not reach the row at hand. */
    private static void tell(FaultListener listener, Instant now, FaultEvent event) {
        try {
            listener.happened(now, event);
        } catch (RuntimeException failure) {
            LOG.warn("Listener {} failed on {}.", listener.getClass().getName(), event, failure);
        }
    }

    private static FaultEvents ofServices() {
        FaultEvents events = new FaultEvents(Clock.systemUTC());
        ServiceLoader.load(FaultListener.class, FaultEvents.class.getClassLoader())
                .forEach(events.listeners::add);
        return events;
    }
}
