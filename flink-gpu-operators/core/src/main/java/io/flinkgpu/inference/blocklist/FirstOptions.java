package io.flinkgpu.inference.blocklist;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;

/**
 * The options with which a process's blocklist was made, which later ones are measured by.
 *
 * <p>Not safe for use by many threads.
 */
final class FirstOptions {

    private static final String STUCK_RUNS = "inference.device.max-stuck-runs";

    private final Map<String, String> first;
    private final Set<String> told = new HashSet<>();

    FirstOptions(Configuration options, int maxStuckRuns) {
        this.first = relevant(options, maxStuckRuns);
    }

    /** The keys whose value differs from the first one, each of them once. */
    SortedSet<String> newlyDiffering(Configuration options, int maxStuckRuns) {
        Map<String, String> later = relevant(options, maxStuckRuns);
        SortedSet<String> differing = new TreeSet<>(first.keySet());
        differing.addAll(later.keySet());
        differing.removeIf(key -> Objects.equals(first.get(key), later.get(key)));
        differing.removeIf(key -> !told.add(key));
        return differing;
    }

    private static Map<String, String> relevant(Configuration options, int maxStuckRuns) {
        Map<String, String> values = new TreeMap<>(options.toMap());
        values.keySet()
                .removeIf(key -> !key.startsWith("blocklist.") && !key.startsWith("detector."));
        values.put(STUCK_RUNS, String.valueOf(maxStuckRuns));
        return values;
    }
}
