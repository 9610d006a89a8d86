package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.load.Emissions;
import io.flinkgpu.benchmarks.load.LoadResult;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * What a disturbance did to a load.
 *
 * @param begin when it was applied
 * @param end when it was done
 * @param restarts of the load's job
 * @param modelLoads from the begin to the end of the load
 * @param rowsRolledBack that had reached the sink and were inferred again
 */
@Internal
public record Outage(
        LoadResult result,
        Instant begin,
        Instant end,
        int restarts,
        long modelLoads,
        long rowsRolledBack) {

    /**
     * How far before the disturbance its consequences may begin: a restart takes rows back that
     * left inference after the last checkpoint, some of them before the disturbance.
     */
    private static final Duration LOOK_BACK = Duration.ofSeconds(3);

    /**
     * Checks that the load ran before and after.
     *
     * @throws IllegalStateException if the calm before is too short or the load ended first
     */
    public Outage {
        Emissions emissions = result.emissions();
        if (emissions.first().map(first -> !first.isBefore(begin.minus(LOOK_BACK))).orElse(true)) {
            throw new IllegalStateException(
                    "Cannot measure the disturbance: no row left inference more than %d s before it."
                            .formatted(LOOK_BACK.toSeconds()));
        }
        if (emissions.last().orElseThrow().isBefore(end)) {
            throw new IllegalStateException(
                    "Cannot measure the disturbance: the load ended before it. It was: " + result);
        }
    }

    /** The longest time without output, from shortly before the disturbance on. */
    public Duration longestGap() {
        Emissions emissions = result.emissions();
        return emissions.longestGap(begin.minus(LOOK_BACK), emissions.last().orElseThrow());
    }

    /** The longest time without output before. */
    public Duration calmGap() {
        Emissions emissions = result.emissions();
        return emissions.longestGap(emissions.first().orElseThrow(), begin.minus(LOOK_BACK));
    }

    /** The gap in milliseconds, at least 1, with the rest as details. */
    public Measurement measurement() {
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("longestGapMillis", (double) longestGap().toMillis());
        details.put("calmGapMillis", (double) calmGap().toMillis());
        details.put("restarts", (double) restarts);
        details.put("modelLoads", (double) modelLoads);
        details.put("rowsRolledBack", (double) rowsRolledBack);
        details.put("rowsFailed", (double) result.deadLetters());
        details.put("rowsMissing", (double) result.missing());
        details.put("rowsDuplicated", (double) result.duplicated());
        details.put("disturbanceMillis", (double) Duration.between(begin, end).toMillis());
        return new Measurement(Math.max(1, longestGap().toMillis()), details);
    }
}
