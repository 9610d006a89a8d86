package io.flinkgpu.inference.health;

import java.time.Duration;
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

    private static final int MOST_UNTOLD = 10_000;
    private static final FailureDetectors OF_PROCESS = new FailureDetectors();

    private final List<Consumer<Suspicion>> listeners = new CopyOnWriteArrayList<>();
    private final Latest<Observation> untold = new Latest<>(MOST_UNTOLD);
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

    /** Tells all, at their next look; returns at once. Of too many the oldest are dropped. */
    public void observed(Observation observation) {
        if (!detectors.isEmpty()) {
            untold.add(observation);
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
        List<Observation> observed = untold.take(MOST_UNTOLD);
        for (Watched detector : detectors.values()) {
            detector.look(observed).forEach(this::tell);
        }
    }

    /** One listener's failure is neither another's nor the detector's. */
    private void tell(Suspicion suspicion) {
        for (Consumer<Suspicion> listener : listeners) {
            try {
                listener.accept(suspicion);
            } catch (RuntimeException failure) {
                LOG.warn("Cannot act on {}.", suspicion, failure);
            }
        }
    }

    /** A detector and how its last look went. */
    private static final class Watched {

        private final String name;
        private final FailureDetector detector;
        @Nullable private String lastFailure;

        private Watched(String name, FailureDetector detector) {
            this.name = name;
            this.detector = detector;
        }

        /** An Error of a detector, such as a class that is missing, ends no other one either. */
        private List<Suspicion> look(List<Observation> observed) {
            try {
                observed.forEach(detector::observed);
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
