package io.flinkgpu.benchmarks.load;

import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.state.CheckpointDefaults;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The load's job graph. Each operator's uid is its name.
 *
 * <pre>
 *   load-source  ->  load-inference -> load-stamp  ->  load-results
 *   [cpu profile]    [    inference profile     ]      [cpu profile]
 *                          |
 *                          +->  load-failed  ->  load-dead-letters
 * </pre>
 *
 * <p>Where rows come from and results go is the matter of the spec's {@link LoadEdges}.
 */
@Internal
public final class LoadPipeline {

    /** The job's name. */
    public static final String JOB = "load";

    /** Name and uid of the source. */
    public static final String SOURCE = "load-source";

    /** Name and uid of the inference operator. */
    public static final String INFERENCE = "load-inference";

    /** Name and uid of the sink of results. */
    public static final String RESULTS = "load-results";

    /** Name and uid of the sink of dead letters. */
    public static final String DEAD_LETTERS = "load-dead-letters";

    private static final String STAMP = "load-stamp";

    private static final int RESTARTS = Integer.MAX_VALUE;
    private static final Duration RESTART_DELAY = Duration.ofMillis(200);

    private static final OutputTag<DeadLetter<LoadRow>> FAILED =
            DeadLetter.tag("failed-rows", LoadRow.TYPE);

    private LoadPipeline() {}

    /** Adds the job to an environment, with its settings. */
    public static void define(StreamExecutionEnvironment environment, LoadSpec spec) {
        environment.configure(settings(spec));
        environment.setParallelism(spec.parallelism());
        SlotSharingGroup cpu = spec.cpuProfile().toSlotSharingGroup();
        SingleOutputStreamOperator<LoadAnswer> answers =
                infer(spec.edges().rows(environment, spec, cpu), spec);
        writeResults(answers, spec, cpu);
        writeDeadLetters(answers, spec, cpu);
    }

    private static Configuration settings(LoadSpec spec) {
        Configuration settings = new Configuration();
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, spec.checkpoints().toUri().toString());
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, spec.checkpointInterval());
        // Fine-grained profiles and batch execution do not go together.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // Whoever runs a load kills processes, and wants to see the job come back.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_DELAY);
        settings.addAll(Configuration.fromMap(spec.options()));
        return CheckpointDefaults.complete(settings);
    }

    private static SingleOutputStreamOperator<LoadAnswer> infer(
            DataStream<LoadRow> rows, LoadSpec spec) {
        boolean echoes = spec.echoes();
        Inference<LoadRow, ?> inference = Inference.on(rows).mode(spec.mode());
        if (!spec.pools().isEmpty()) {
            inference.pools(
                    spec.pools().stream().map(PoolAddress::toString).toArray(String[]::new));
        }
        return inference
                .model(spec.model())
                .encode((row, writer) -> writer.floats(row.values()))
                .decode((row, answer) -> LoadAnswer.of(row, answer, echoes))
                .profile(spec.inferenceProfile())
                .batch(Batching.ofSize(spec.batchSize()).maxDelay(spec.maxBatchDelay()))
                .outputMode(spec.outputMode())
                .deadLetters(FAILED)
                .apply(INFERENCE)
                .uid(INFERENCE);
    }

    /** Chained to inference, the stamp is the moment of emission; decoding may be earlier. */
    private static void writeResults(
            SingleOutputStreamOperator<LoadAnswer> answers, LoadSpec spec, SlotSharingGroup cpu) {
        answers.map(answer -> answer.emittedAt(System.currentTimeMillis()))
                .name(STAMP)
                .uid(STAMP)
                .sinkTo(spec.edges().results(spec))
                .name(RESULTS)
                .uid(RESULTS)
                .slotSharingGroup(cpu);
    }

    private static void writeDeadLetters(
            SingleOutputStreamOperator<LoadAnswer> answers, LoadSpec spec, SlotSharingGroup cpu) {
        answers.getSideOutput(FAILED)
                .sinkTo(spec.edges().deadLetters(spec))
                .name(DEAD_LETTERS)
                .uid(DEAD_LETTERS)
                .slotSharingGroup(cpu);
    }
}
