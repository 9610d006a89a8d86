package io.flinkgpu.benchmarks.chaos;

import java.nio.file.Path;
import org.apache.flink.annotation.Internal;

/**
 * One line of the timeline.
 *
 * @param at ISO-8601, UTC
 * @param source {@code chaos} for what was done, {@code job} for a fault that a process told of
 * @param kind such as KILL or DeviceBlocked
 */
@Internal
public record ChaosEvent(String at, String source, String kind, String subject, String detail) {

    /** This event with the paths of files below a directory relative to it. */
    ChaosEvent relativeTo(Path directory) {
        String prefix = directory + "/";
        return new ChaosEvent(
                at, source, kind, subject.replace(prefix, ""), detail.replace(prefix, ""));
    }
}
