package io.flinkgpu.inference.health;

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

    private final Map<String, String> first;
    private final Set<String> told = new HashSet<>();

    FirstOptions(Configuration options) {
        this.first = relevant(options);
    }

    /** The keys whose value differs from the first one, each of them once. */
    SortedSet<String> newlyDiffering(Configuration options) {
        Map<String, String> later = relevant(options);
        SortedSet<String> differing = new TreeSet<>(first.keySet());
        differing.addAll(later.keySet());
        differing.removeIf(key -> Objects.equals(first.get(key), later.get(key)));
        differing.removeIf(key -> !told.add(key));
        return differing;
    }

    private static Map<String, String> relevant(Configuration options) {
        Map<String, String> values = new TreeMap<>(options.toMap());
        values.keySet()
                .removeIf(key -> !key.startsWith("blocklist.") && !key.startsWith("detector."));
        values.put(
                BlocklistOptions.MAX_STUCK_RUNS.key(),
                String.valueOf(options.get(BlocklistOptions.MAX_STUCK_RUNS)));
        return values;
    }
}
