package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.file.WholeFileSource;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.connectors.image.ImageDecodeFunction;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.state.CheckpointDefaults;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The demo's job graph.
 *
 * <pre>
 *   files -> count -> decode      ->   classify (inference)   ->   results
 *   [------- decode profile ----]      [ inference profile ]       [ decode profile ]
 *                        |                     |
 *                        +---------------------+--------------->   dead-letters
 * </pre>
 */
final class DigitsPipeline {

    /** Accumulator: files read. */
    static final String ROWS_READ = "demo.rowsRead";

    /** Accumulator: names of the devices beside the model. */
    static final String ACCELERATORS = "demo.accelerators";

    static final String CLASSIFY = "classify";
    static final String RESULTS = "results";
    static final String DEAD_LETTERS = "dead-letters";

    private static final int RESTARTS = 3;
    private static final Duration RESTART_DELAY = Duration.ofSeconds(1);

    private static final OutputTag<DeadLetter<DecodedImage>> FAILED =
            DeadLetter.tag("failed-images", DecodedImage.TYPE);

    private DigitsPipeline() {}

    /**
     * Adds the job to an environment.
     *
     * @throws io.flinkgpu.connectors.file.InvalidInputException if the input is missing, unreadable
     *     or empty
     * @throws IllegalArgumentException if a profile is missing or invalid
     */
    static void define(StreamExecutionEnvironment environment, DemoConfig config) {
        environment.configure(settings(config));
        environment.setParallelism(config.parallelism());
        StageProfile decode = config.stages().get(0);
        StageProfile inference = config.stages().get(1);
        SlotSharingGroup cpu = decode.toSlotSharingGroup();

        SingleOutputStreamOperator<DecodedImage> images = decode(environment, config, cpu);
        SingleOutputStreamOperator<Classification> answers = infer(images, config, inference);
        write(answers, deadLetters(images, answers, cpu), config, cpu);
    }

    /**
     * The source, for a look at the input before anything is started.
     *
     * @throws io.flinkgpu.connectors.file.InvalidInputException if the input is missing, unreadable
     *     or empty
     */
    static FileSource<FileContent> source(DemoConfig config) {
        return WholeFileSource.of(config.input().toUri())
                .extensions(".jpg", ".jpeg", ".png")
                .repeat(config.repeat())
                .build();
    }

    private static Configuration settings(DemoConfig config) {
        Configuration settings = new Configuration();
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                config.checkpoints().toUri().toString());
        // Fine-grained profiles and batch execution do not go together.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // What fails four times fails for a reason that waiting does not cure.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, RESTART_DELAY);
        return CheckpointDefaults.complete(settings);
    }

    private static SingleOutputStreamOperator<DecodedImage> decode(
            StreamExecutionEnvironment environment, DemoConfig config, SlotSharingGroup cpu) {
        return environment
                .fromSource(source(config), WatermarkStrategy.noWatermarks(), "files")
                .slotSharingGroup(cpu)
                .map(new RowCounter<>(ROWS_READ))
                .returns(FileContent.TYPE)
                .name("count")
                .slotSharingGroup(cpu)
                .process(new ImageDecodeFunction(config.model().decoding()))
                .name("decode")
                .slotSharingGroup(cpu);
    }

    private static SingleOutputStreamOperator<Classification> infer(
            DataStream<DecodedImage> images, DemoConfig config, StageProfile profile) {
        ImageModel model = config.model();
        Inference<DecodedImage, ?> inference = Inference.on(images).mode(config.mode());
        if (config.pool() != null) {
            inference.pools(config.pool().toString());
        }
        return inference
                .model(model.reference())
                .encode((image, row) -> row.floats(image.pixels()))
                .decode((image, answer) -> Classification.of(image, answer, model))
                .profile(profile)
                .batch(Batching.ofSize(config.batchSize()))
                .outputMode(OutputMode.UNORDERED)
                .deadLetters(FAILED)
                .apply(CLASSIFY);
    }

    private static DataStream<DeadLetterRow> deadLetters(
            SingleOutputStreamOperator<DecodedImage> images,
            SingleOutputStreamOperator<Classification> answers,
            SlotSharingGroup cpu) {
        DataStream<DeadLetterRow> rejected =
                images.getSideOutput(ImageDecodeFunction.REJECTED)
                        .map(file -> DeadLetterRow.of(file))
                        .name("rejected")
                        .slotSharingGroup(cpu);
        DataStream<DeadLetterRow> failed =
                answers.getSideOutput(FAILED)
                        .map(letter -> DeadLetterRow.of(letter))
                        .name("failed")
                        .slotSharingGroup(cpu);
        return rejected.union(failed);
    }

    private static void write(
            SingleOutputStreamOperator<Classification> answers,
            DataStream<DeadLetterRow> deadLetters,
            DemoConfig config,
            SlotSharingGroup cpu) {
        answers.map(new AcceleratorProbe<>(ACCELERATORS))
                .returns(answers.getType())
                .name("probe")
                .sinkTo(JsonLines.sink(path(config.results()), Classification::writeTo))
                .name(RESULTS)
                .slotSharingGroup(cpu);
        deadLetters
                .sinkTo(JsonLines.sink(path(config.deadLetters()), DeadLetterRow::writeTo))
                .name(DEAD_LETTERS)
                .slotSharingGroup(cpu);
    }

    private static Path path(java.nio.file.Path path) {
        return new Path(path.toUri());
    }
}
