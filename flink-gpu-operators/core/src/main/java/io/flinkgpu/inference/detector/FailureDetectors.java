package io.flinkgpu.inference.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
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

    private final Map<String, FailureDetector> detectors = new TreeMap<>();

    /**
     * Creates those that are not disabled and have something to look at.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException if an option of one is
     *     invalid
     */
    public FailureDetectors(
            Iterable<? extends FailureDetectorFactory> factories, DetectorContext context) {
        Set<String> disabled = Set.copyOf(context.options().get(DetectorOptions.DISABLED));
        for (FailureDetectorFactory factory : factories) {
            if (!disabled.contains(factory.name()) && !detectors.containsKey(factory.name())) {
                factory.create(context)
                        .ifPresent(detector -> detectors.put(factory.name(), detector));
            }
        }
        LOG.info("Failure detectors: {}.", detectors.keySet());
    }

    /** The factories of Flink's plugins and of the class path, plugins first. */
    public static List<FailureDetectorFactory> find(Configuration options) {
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
    public Set<String> names() {
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
    public void watch(
            ScheduledExecutorService timer, long intervalMillis, Consumer<Suspicion> suspicions) {
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(
                        () -> check(suspicions),
                        intervalMillis,
                        intervalMillis,
                        TimeUnit.MILLISECONDS);
    }

    /** Asks all once. */
    void check(Consumer<Suspicion> suspicions) {
        detectors.forEach(
                (name, detector) -> {
                    try {
                        ask(detector).forEach(suspicions);
                    } catch (RuntimeException failure) {
                        LOG.warn("Detector {} could not look.", name, failure);
                    }
                });
    }

    private static List<Suspicion> ask(FailureDetector detector) {
        synchronized (detector) {
            return detector.check();
        }
    }
}
