package io.flinkgpu.inference;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A job whose inference is much slower than its source, and which fails every few seconds.
 *
 * <p>Its network buffers hold more rows than the stage infers between two failures: a job that had
 * to work them off before its next checkpoint would never get further.
 *
 * @param settings of the job, to be completed by the defaults under test
 */
record SlowStage(Configuration settings) {

    static final int FAILURES = 4;
    static final int ROWS = 80_000;

    /** Subtasks of the slow stage; its network buffers grow with their square. */
    static final int PARALLELISM = 4;

    private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(3);

    static SlowStage ofDefaults() {
        Configuration settings =
                new Configuration()
                        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200))
                        .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                        .set(
                                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
                                3 * FAILURES)
                        .set(
                                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                                Duration.ofMillis(100));
        return new SlowStage(settings);
    }

    void addTo(StreamExecutionEnvironment environment) {
        SimulatedModel model =
                SimulatedModel.named("slow-stage")
                        .ofRows(DataType.INT64, Shape.scalar())
                        .taking(Duration.ZERO, Duration.ofNanos(250_000));
        Inference.on(environment.fromSequence(0, ROWS - 1))
                .model(model.ref())
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                .decode((row, answer) -> answer.longs()[0])
                .batch(Batching.ofSize(8).maxDelay(Duration.ofMillis(5)))
                .apply("infer slowly")
                .map(new FailsAgainAndAgain(FAILURES, BETWEEN_FAILURES))
                .returns(Types.LONG)
                .setParallelism(1)
                .map(new SeenOnce())
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(1);
    }
}
