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
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.core.plugin.PluginUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detectors of a process: found once, told what happens, and asked from time to time.
 *
 * <p>One that throws is heard again at the next look; the others are not kept from theirs. Safe for
 * use by many threads.
 */
@Internal
public final class FailureDetectors {

    private static final Logger LOG = LoggerFactory.getLogger(FailureDetectors.class);

    private static final FailureDetectors OF_PROCESS = new FailureDetectors();

    private final List<Consumer<Suspicion>> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, FailureDetector> detectors = Map.of();

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
        Map<String, FailureDetector> created = new TreeMap<>();
        for (FailureDetectorFactory factory : factories) {
            if (!disabled.contains(factory.name()) && !created.containsKey(factory.name())) {
                factory.create(context)
                        .ifPresent(detector -> created.put(factory.name(), detector));
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

    /** Tells all. */
    public void observed(Observation observation) {
        detectors.forEach(
                (name, detector) -> {
                    synchronized (detector) {
                        detector.observed(observation);
                    }
                });
    }

    /** Asks all at every interval from here on, for good. */
    void watch(ScheduledExecutorService timer, Duration interval) {
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(
                        this::check, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks all once. */
    public void check() {
        detectors.forEach(
                (name, detector) -> {
                    try {
                        ask(detector).forEach(this::tell);
                    } catch (RuntimeException failure) {
                        LOG.warn("Detector {} could not look.", name, failure);
                    }
                });
    }

    private void tell(Suspicion suspicion) {
        listeners.forEach(listener -> listener.accept(suspicion));
    }

    private static List<Suspicion> ask(FailureDetector detector) {
        synchronized (detector) {
            return detector.check();
        }
    }
}
