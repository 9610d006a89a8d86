package io.flinkgpu.inference.pool.job;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job graph of a pool: an idle source, and chained to it a replica in each subtask.
 *
 * <p>Its parallelism is the number of replicas. On a cluster with the adaptive scheduler it may be
 * changed while the job runs, and task managers may come and go.
 */
@Internal
public final class PoolJob {

    /** Job parameter: the pool's name. */
    public static final String NAME = "pool.name";

    /** Job parameter: fewest replicas. */
    public static final String MIN_REPLICAS = "pool.min-replicas";

    /** Job parameter: most replicas. */
    public static final String MAX_REPLICAS = "pool.max-replicas";

    /** Uid of the operator whose coordinator is the pool's registry. */
    public static final String REGISTRY_UID = "pool-registry";

    private static final String NAME_PREFIX = "pool ";

    private PoolJob() {}

    /** The name of the job that is this pool. */
    public static String nameOf(String pool) {
        return NAME_PREFIX + pool;
    }

    /** Adds the job to an environment, which should hold nothing else. */
    public static void define(StreamExecutionEnvironment environment, PoolSpec spec) {
        environment.configure(settings(spec));
        if (environment
                .getConfiguration()
                .getOptional(RestartStrategyOptions.RESTART_STRATEGY)
                .isEmpty()) {
            environment.configure(endlessRestarts());
        }
        environment.setParallelism(spec.replicas());
        environment.setMaxParallelism(spec.maxReplicas());
        environment
                .fromSource(new IdleSource(), WatermarkStrategy.noWatermarks(), "idle")
                .uid("idle")
                .transform(
                        "replica",
                        Types.BYTE,
                        new ReplicaOperatorFactory(
                                spec.replica(),
                                Configuration.fromMap(environment.getConfiguration().toMap())
                                        .toMap()))
                .uid(REGISTRY_UID);
    }

    /** A pool does not give up: what a replica lacks may come back. */
    private static Configuration endlessRestarts() {
        return new Configuration()
                .set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay")
                .set(
                        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                        Duration.ofMillis(200))
                .set(
                        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                        Duration.ofSeconds(5));
    }

    private static Configuration settings(PoolSpec spec) {
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.NAME, nameOf(spec.name()));
        settings.set(
                PipelineOptions.GLOBAL_JOB_PARAMETERS,
                Map.of(
                        NAME, spec.name(),
                        MIN_REPLICAS, Integer.toString(spec.minReplicas()),
                        MAX_REPLICAS, Integer.toString(spec.maxReplicas())));
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        return settings;
    }
}
