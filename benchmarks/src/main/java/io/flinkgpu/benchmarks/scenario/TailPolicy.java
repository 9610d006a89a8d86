package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.pool.PoolFaultOptions;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** What a client does about slow replicas, one thing at a time. */
@Internal
public enum TailPolicy {
    /** Slow replicas are ejected. */
    EJECTION,
    /** Batches that wait on a replica are given back. */
    SPILL_BACK,
    /** Late batches are asked for twice. */
    HEDGING;

    private static final Duration SWEEP = Duration.ofSeconds(2);
    private static final Duration WAIT = Duration.ofMillis(50);
    private static final double HEDGES = 0.05;

    /** The options of a client that does none of them. */
    static Configuration none() {
        return new Configuration()
                .set(PoolFaultOptions.EJECTION_ENABLED, false)
                .set(PoolFaultOptions.SPILL_BACK_TIME, Duration.ZERO)
                .set(PoolFaultOptions.ADAPTIVE_CONCURRENCY, false);
    }

    /** The options of a client that does this alone. */
    Configuration options() {
        Configuration options = none();
        return switch (this) {
            case EJECTION ->
                    options.set(PoolFaultOptions.EJECTION_ENABLED, true)
                            .set(PoolFaultOptions.EJECTION_INTERVAL, SWEEP);
            case SPILL_BACK -> options.set(PoolFaultOptions.SPILL_BACK_TIME, WAIT);
            case HEDGING -> options.set(PoolFaultOptions.HEDGE_MAX_SHARE, HEDGES);
        };
    }
}
