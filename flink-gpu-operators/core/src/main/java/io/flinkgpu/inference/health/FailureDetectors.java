package io.flinkgpu.inference.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.core.plugin.PluginUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detectors of a process: found once, told what happens, and asked from time to time.
 *
 * <p>A detector may block when it is asked, as for a command's output. So what happens is queued
 * for it, and told right before it is asked, by the same thread: whoever runs a model never waits
 * for a detector. One that fails is asked again at the next look, and the others are not kept from
 * theirs. Safe for use by many threads.
 */
@Internal
public final class FailureDetectors {

    private static final Logger LOG = LoggerFactory.getLogger(FailureDetectors.class);

    private static final FailureDetectors OF_PROCESS = new FailureDetectors();

    private final List<Consumer<Suspicion>> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, Watched> detectors = Map.of();

    /** None, for tests; jobs use {@link #ofProcess()}. */
    public FailureDetectors() {}

    /** Those of this process; none until the first job with inference starts them. */
    public static FailureDetectors ofProcess() {
        return OF_PROCESS;
    }

    /**
     * Creates those that are not disabled and have something to look at.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException if an option of one is
     *     invalid
     */
    public void start(
            Iterable<? extends FailureDetectorFactory> factories, DetectorContext context) {
        Set<String> disabled = Set.copyOf(context.options().get(DetectorOptions.DISABLED));
        Map<String, Watched> created = new TreeMap<>();
        for (FailureDetectorFactory factory : factories) {
            if (!disabled.contains(factory.name()) && !created.containsKey(factory.name())) {
                factory.create(context)
                        .ifPresent(
                                detector ->
                                        created.put(
                                                factory.name(),
                                                new Watched(factory.name(), detector)));
            }
        }
        detectors = created;
        LOG.info("Failure detectors: {}.", created.keySet());
    }

    /** Tells a listener of all suspicions, until the result is closed; one thread at a time. */
    public FaultEvents.Registration listen(Consumer<Suspicion> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The factories of Flink's plugins and of the class path, plugins first. */
    static List<FailureDetectorFactory> find(Configuration options) {
        return find(PluginUtils.createPluginManagerFromRootFolder(options));
    }

    static List<FailureDetectorFactory> find(PluginManager plugins) {
        List<FailureDetectorFactory> found = new ArrayList<>();
        plugins.load(FailureDetectorFactory.class).forEachRemaining(found::add);
        ServiceLoader.load(FailureDetectorFactory.class, FailureDetectors.class.getClassLoader())
                .forEach(found::add);
        return found;
    }

    /** The detectors' names, in order. */
    Set<String> names() {
        return detectors.keySet();
    }

    /** Tells all, at their next look; returns at once. */
    public void observed(Observation observation) {
        for (Watched detector : detectors.values()) {
            detector.observed(observation);
        }
    }

    /** Asks all at every interval from here on, for good. */
    void watch(ScheduledExecutorService timer, Duration interval) {
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(
                        this::check, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks all once. */
    public synchronized void check() {
        detectors.values().forEach(detector -> detector.look().forEach(this::tell));
    }

    private void tell(Suspicion suspicion) {
        listeners.forEach(listener -> listener.accept(suspicion));
    }

    /** A detector and what it has not been told. */
    private static final class Watched {

        private static final int MOST_UNTOLD = 10_000;

        private final String name;
        private final FailureDetector detector;
        private final ArrayDeque<Observation> untold = new ArrayDeque<>();
        @Nullable private String lastFailure;

        private Watched(String name, FailureDetector detector) {
            this.name = name;
            this.detector = detector;
        }

        /** Of too many between two looks the oldest are dropped. */
        private void observed(Observation observation) {
            synchronized (untold) {
                if (untold.size() == MOST_UNTOLD) {
                    untold.removeFirst();
                }
                untold.addLast(observation);
            }
        }

        /** An Error of a detector, such as a class that is missing, ends no other one either. */
        private List<Suspicion> look() {
            try {
                take().forEach(detector::observed);
                List<Suspicion> suspicions = detector.check();
                if (lastFailure != null) {
                    LOG.info("Detector {} can look again.", name);
                    lastFailure = null;
                }
                return suspicions;
            } catch (Throwable failure) {
                tellOnce(failure);
                return List.of();
            }
        }

        private List<Observation> take() {
            synchronized (untold) {
                List<Observation> taken = List.copyOf(untold);
                untold.clear();
                return taken;
            }
        }

        private void tellOnce(Throwable failure) {
            String message = failure.toString();
            if (!message.equals(lastFailure)) {
                LOG.warn(
                        "Detector {} could not look, and is asked again; this is said once until it can, or fails otherwise.",
                        name,
                        failure);
                lastFailure = message;
            }
        }
    }
}
