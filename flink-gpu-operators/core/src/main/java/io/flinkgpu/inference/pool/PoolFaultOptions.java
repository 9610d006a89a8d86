package io.flinkgpu.inference.pool;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** What a pipeline does about replicas that fail, are slow or busy. */
@PublicEvolving
public final class PoolFaultOptions {

    public static final ConfigOption<Integer> RETRY_MAX_TOKENS =
            ConfigOptions.key("inference.pool.retry.max-tokens")
                    .intType()
                    .defaultValue(10)
                    .withDescription(
                            "Budget of a task manager for batches of a pool that are tried again at once. A"
                                    + " failure takes a token; below half of them a failed batch"
                                    + " pauses first, and rows never fail for it. Raising it"
                                    + " bridges worse faults and loads sick pools more.");

    public static final ConfigOption<Double> RETRY_TOKEN_RATIO =
            ConfigOptions.key("inference.pool.retry.token-ratio")
                    .doubleType()
                    .defaultValue(0.1)
                    .withDescription(
                            "Tokens that a batch brings that succeeds, above 0 and at most 1: the"
                                    + " share of batches that may be tried again for good.");

    public static final ConfigOption<Duration> SPILL_BACK_TIME =
            ConfigOptions.key("inference.pool.spill-back-time")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How long a batch waits on a replica for the start of its run before the"
                                    + " replica gives it back and another one gets it; 0 turns it"
                                    + " off. Raising it moves fewer batches and lets them wait"
                                    + " longer on slow replicas.");

    public static final ConfigOption<Double> HEDGE_MAX_SHARE =
            ConfigOptions.key("inference.pool.hedge.max-share")
                    .doubleType()
                    .defaultValue(0.0)
                    .withDescription(
                            "Share of batches that may be sent to a second replica once they have"
                                    + " taken longer than 95 % of those before, 0 to 1; 0 turns it"
                                    + " off. Raising it shortens the slowest answers and runs more"
                                    + " batches twice.");

    public static final ConfigOption<Boolean> EJECTION_ENABLED =
            ConfigOptions.key("inference.pool.ejection.enabled")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether replicas that fail more often or answer more slowly than the"
                                    + " others get nothing for a while.");

    public static final ConfigOption<Integer> EJECTION_FAILURES =
            ConfigOptions.key("inference.pool.ejection.consecutive-failures")
                    .intType()
                    .defaultValue(5)
                    .withDescription(
                            "Failures of a replica in a row that eject it. Raising it tolerates"
                                    + " more.");

    public static final ConfigOption<Duration> EJECTION_INTERVAL =
            ConfigOptions.key("inference.pool.ejection.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "How often the replicas' success rates and times are compared. Raising"
                                    + " it judges on more answers, later.");

    public static final ConfigOption<Duration> EJECTION_FIRST =
            ConfigOptions.key("inference.pool.ejection.first")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long a replica's first ejection lasts; each further one is longer"
                                    + " by as much.");

    public static final ConfigOption<Duration> EJECTION_MAX =
            ConfigOptions.key("inference.pool.ejection.max")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(5))
                    .withDescription("How long ejections grow to.");

    public static final ConfigOption<Double> EJECTION_MAX_SHARE =
            ConfigOptions.key("inference.pool.ejection.max-share")
                    .doubleType()
                    .defaultValue(0.5)
                    .withDescription(
                            "Share of the replicas that may be ejected, 0 to 1; the last one never"
                                    + " is.");

    public static final ConfigOption<Boolean> ADAPTIVE_CONCURRENCY =
            ConfigOptions.key("inference.pool.adaptive-concurrency")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether a replica whose answers take longer than they used to gets"
                                    + " fewer batches at once, between 2 and"
                                    + " inference.pool.max-in-flight-batches.");

    private PoolFaultOptions() {}
}
