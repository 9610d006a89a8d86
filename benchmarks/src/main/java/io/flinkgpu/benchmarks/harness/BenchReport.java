package io.flinkgpu.benchmarks.harness;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * The result of one scenario.
 *
 * @param ours in {@code unit}
 * @param peer in {@code unit}
 * @param ratio of the pairs of one repetition, as {@code settings} defines it
 * @param settings what was held constant, the machine included
 * @param details what explains the result; left out of the JSON if empty
 */
@Internal
@JsonPropertyOrder({"scenario", "unit", "ours", "peer", "ratio", "settings", "details"})
public record BenchReport(
        String scenario,
        String unit,
        Summary ours,
        Summary peer,
        Summary ratio,
        Map<String, Object> settings,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> details) {}
