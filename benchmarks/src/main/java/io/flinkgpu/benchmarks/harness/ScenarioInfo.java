package io.flinkgpu.benchmarks.harness;

import org.apache.flink.annotation.Internal;

/**
 * What a scenario is called, what it measures, and how often.
 *
 * @param name that the command line knows; several scenarios may share it
 * @param variant what tells scenarios of one name apart, such as the model; empty if nothing does
 * @param description one sentence on what is measured
 * @param unit of the measured values
 * @param ratioRule how the ratio is taken of ours and the peer's
 * @param plan how long and how often it measures
 */
@Internal
public record ScenarioInfo(
        String name,
        String variant,
        String description,
        String unit,
        RatioRule ratioRule,
        Plan plan) {

    /** A scenario that is the only one of its name. */
    public static ScenarioInfo of(
            String name, String description, String unit, RatioRule ratioRule, Plan plan) {
        return new ScenarioInfo(name, "", description, unit, ratioRule, plan);
    }

    /** One of several scenarios of this name. */
    public ScenarioInfo withVariant(String which) {
        return new ScenarioInfo(name, which, description, unit, ratioRule, plan);
    }

    /** Name and variant, for people. */
    public String title() {
        return variant.isEmpty() ? name : name + " (" + variant + ")";
    }
}
