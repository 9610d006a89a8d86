package io.flinkgpu.examples;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.connectors.image.ImageDecodeFunction;
import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.StageProfiles;
import io.flinkgpu.state.CheckpointDefaults;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.ParameterTool;

/**
 * Classifies image files with a model: a job to copy.
 *
 * <pre>
 *   files -> decode   ->   classify (inference)   ->   results
 *   [decode profile ]      [inference profile ]        [decode profile]
 *               |                 |
 *               +-----------------+---------------->   dead-letters
 * </pre>
 *
 * <p>Arguments: {@code --input} (a directory, a file, or a list of files), {@code --output} (a
 * directory), {@code --model} (a SavedModel, an ONNX file, or code such as {@code
 * digits.py:Digits}) and {@code --profiles} (a YAML file with the profiles {@code decode} and
 * {@code inference}). These have defaults: {@code --repeat}, {@code --batch-size}, {@code
 * --image-size}, {@code --channels}, {@code --max-pixels}, {@code --signature} and {@code
 * --scores}, the output with one score per class. Every other argument is an option of the job,
 * such as {@code --inference.mode separated}.
 */
@PublicEvolving
public final class DigitsJob {

    /** Name of the stage that runs the model. */
    public static final String CLASSIFY = "classify";

    /** Name of the sink of classifications, and of its directory. */
    public static final String RESULTS = "results";

    /** Name of the sink of files that could not be classified, and of its directory. */
    public static final String DEAD_LETTERS = "dead-letters";

    private static final OutputTag<DeadLetter<DecodedImage>> FAILED =
            DeadLetter.tag("failed-images", DecodedImage.TYPE);

    private DigitsJob() {}

    /** Defines the job and hands it to the Flink that the client names. */
    public static void main(String[] args) throws Exception {
        ParameterTool arguments = ParameterTool.fromArgs(args);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.configure(settings(arguments));

        DataStream<FileContent> files = files(environment, arguments);
        SingleOutputStreamOperator<DecodedImage> images = decode(files, arguments);
        SingleOutputStreamOperator<Classification> results = classify(images, arguments);
        writeResults(results, arguments);
        writeDeadLetters(images, results, arguments);

        environment.execute("digits");
    }

    /** Checkpoints, restarts, and what the arguments say. */
    public static Configuration settings(ParameterTool arguments) {
        Configuration settings = arguments.getConfiguration();
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                output("checkpoints", arguments).toUri().toString());
        // Stages with profiles of their own do not run in batch mode.
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // What fails four times fails for a reason that waiting does not cure.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
        return CheckpointDefaults.complete(settings);
    }

    /**
     * The source of the files.
     *
     * @throws io.flinkgpu.connectors.file.InvalidInputException if the input is missing, unreadable
     *     or empty
     */
    public static Source<FileContent, ?, ?> source(ParameterTool arguments) {
        return MediaFiles.of(new Path(arguments.getRequired("input")))
                .extensions(".jpg", ".jpeg", ".png")
                .repeat(arguments.getInt("repeat", 1))
                .build();
    }

    /** Reads each file as one record. */
    public static DataStream<FileContent> files(
            StreamExecutionEnvironment environment, ParameterTool arguments) {
        return environment
                .fromSource(source(arguments), WatermarkStrategy.noWatermarks(), "files")
                .uid("files")
                .slotSharingGroup(cpu(arguments));
    }

    /** Decodes and resizes; what is not an image goes to {@link ImageDecodeFunction#REJECTED}. */
    public static SingleOutputStreamOperator<DecodedImage> decode(
            DataStream<FileContent> files, ParameterTool arguments) {
        int size = arguments.getInt("image-size", 32);
        ImageDecoding decoding =
                ImageDecoding.of(size, size, arguments.getInt("channels", 1))
                        .withMaxPixels(
                                arguments.getLong("max-pixels", ImageDecoding.DEFAULT_MAX_PIXELS));
        return files.process(new ImageDecodeFunction(decoding)).name("decode");
    }

    /** Runs the model; an image that it cannot classify goes to a side output. */
    public static SingleOutputStreamOperator<Classification> classify(
            DataStream<DecodedImage> images, ParameterTool arguments) {
        String signature =
                arguments.get(
                        "signature", ModelRef.parse(arguments.getRequired("model")).signature());
        String scores = arguments.get("scores", "probabilities");
        int batchSize = arguments.getInt("batch-size", 32);
        // begin
        ModelRef model = ModelRef.parse(arguments.getRequired("model"));
        String name = model.servedName();
        SingleOutputStreamOperator<Classification> results =
                Inference.on(images)
                        .model(model.withSignature(signature))
                        .encode((image, row) -> row.floats(image.pixels()))
                        .decode((image, answer) -> Classification.of(image, answer, scores, name))
                        .profile(profile("inference", arguments))
                        .batch(Batching.ofSize(batchSize).maxDelay(Duration.ofMillis(10)))
                        .outputMode(OutputMode.UNORDERED)
                        .deadLetters(FAILED)
                        .apply(CLASSIFY);
        // end
        return results;
    }

    /** Writes the classifications, exactly once. */
    public static void writeResults(DataStream<Classification> results, ParameterTool arguments) {
        results.sinkTo(JsonLines.sink(output(RESULTS, arguments), Classification::writeTo))
                .name(RESULTS)
                .uid(RESULTS)
                .slotSharingGroup(cpu(arguments));
    }

    /** Writes the files that the decoder or the model gave up on, exactly once. */
    public static void writeDeadLetters(
            SingleOutputStreamOperator<DecodedImage> images,
            SingleOutputStreamOperator<Classification> results,
            ParameterTool arguments) {
        SlotSharingGroup cpu = cpu(arguments);
        DataStream<DeadLetterRow> rejected =
                images.getSideOutput(ImageDecodeFunction.REJECTED)
                        .map(file -> DeadLetterRow.of(file))
                        .name("rejected");
        DataStream<DeadLetterRow> failed =
                results.getSideOutput(FAILED)
                        .map(letter -> DeadLetterRow.of(letter))
                        .name("failed")
                        .slotSharingGroup(cpu);
        rejected.union(failed)
                .sinkTo(JsonLines.sink(output(DEAD_LETTERS, arguments), DeadLetterRow::writeTo))
                .name(DEAD_LETTERS)
                .uid(DEAD_LETTERS)
                .slotSharingGroup(cpu);
    }

    private static SlotSharingGroup cpu(ParameterTool arguments) {
        return profile("decode", arguments).toSlotSharingGroup();
    }

    private static StageProfile profile(String stage, ParameterTool arguments) {
        return StageProfiles.fromYaml(java.nio.file.Path.of(arguments.getRequired("profiles")))
                .get(stage);
    }

    /** With its scheme, which checkpoints need. */
    private static Path output(String name, ParameterTool arguments) {
        Path path = new Path(arguments.getRequired("output"), name);
        boolean isLocal = path.toUri().getScheme() == null;
        return isLocal ? new Path(java.nio.file.Path.of(path.getPath()).toUri()) : path;
    }
}
