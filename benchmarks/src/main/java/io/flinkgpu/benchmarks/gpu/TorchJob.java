package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.StageProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.OutputTag;

/**
 * A fused job that shows a model numbered images and keeps the class of each.
 *
 * <p>An image is {@code [height, width, channel]} of {@code uint8} in {@code [0, 255]}; its bytes
 * follow from its number.
 */
final class TorchJob {

    static final String INPUT = "image";
    static final String OUTPUT = "class";

    private static final int CHANNELS = 3;
    private static final String LABELS = "labels";
    private static final String FAILED = "failed";

    /** Those with a profile and those without. */
    private static final int STAGES = 2;

    private static final Duration CHECKPOINTS = Duration.ofMillis(500);

    private static final Duration MAX_DELAY = Duration.ofMillis(10);
    private static final TypeInformation<Tuple2<Long, String>> NUMBERED =
            Types.TUPLE(Types.LONG, Types.STRING);

    private static final OutputTag<DeadLetter<Long>> DEAD_LETTERS =
            DeadLetter.tag("dead-letters", Types.LONG);

    private final ModelRef model;
    private final int side;
    private final int batchSize;
    private int parallelism = 1;
    @Nullable private StageProfile profile;

    /**
     * What became of the images.
     *
     * @param labels the class of each image that was answered, by its number
     * @param failed the error classes and causes of those that were given up, by number
     * @param rowsPerSecond from the job's start to its end
     * @param checkpointMillis of each completed checkpoint, the shortest first
     */
    record Result(
            Map<Long, String> labels,
            Map<Long, String> failed,
            double rowsPerSecond,
            List<Long> checkpointMillis) {}

    /**
     * A job on the processor.
     *
     * @param side height and width of the images
     */
    TorchJob(ModelRef model, int side, int batchSize) {
        this.model = model;
        this.side = side;
        this.batchSize = batchSize;
    }

    /** The same on a device, or a share of one, for each of so many subtasks. */
    TorchJob on(StageProfile stageProfile, int subtasks) {
        this.profile = stageProfile;
        this.parallelism = subtasks;
        return this;
    }

    /** Runs the images to the end. */
    Result run(long images, Path scratch) throws Exception {
        try (BenchCluster cluster = startCluster(scratch)) {
            StreamExecutionEnvironment environment = cluster.environment(settings(), parallelism);
            define(environment, images);
            long start = System.nanoTime();
            BenchCluster.Finished finished = cluster.run(environment);
            double seconds = (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
            return new Result(
                    kept(finished.accumulators(), LABELS),
                    kept(finished.accumulators(), FAILED),
                    images / seconds,
                    finished.checkpoints().stream()
                            .map(BenchCluster.CompletedCheckpoint::durationMillis)
                            .sorted()
                            .toList());
        }
    }

    private BenchCluster startCluster(Path scratch) throws Exception {
        return profile == null
                ? BenchCluster.start(parallelism, scratch)
                : BenchCluster.startWithGpus(STAGES * parallelism, parallelism, scratch);
    }

    private static Configuration settings() {
        return new Configuration()
                // Fine-grained profiles and batch execution do not go together.
                .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING)
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINTS)
                .set(StateBackendOptions.STATE_BACKEND, "hashmap");
    }

    private void define(StreamExecutionEnvironment environment, long images) {
        int imageSide = side;
        // A stage without a profile would take its share of the GPUs, too.
        SlotSharingGroup other = GpuMachine.profile(0).toSlotSharingGroup();
        Inference<Long, Tuple2<Long, String>> inference =
                Inference.on(environment.fromSequence(0, images - 1).slotSharingGroup(other))
                        .mode(InferenceMode.FUSED)
                        .model(model)
                        .encode(
                                (number, row) ->
                                        row.uint8(
                                                INPUT, shape(imageSide), image(number, imageSide)))
                        .decode(
                                (number, answer) ->
                                        Tuple2.of(number, String.valueOf(answer.longs(OUTPUT)[0])))
                        .batch(Batching.ofSize(batchSize).maxDelay(MAX_DELAY))
                        .deadLetters(DEAD_LETTERS);
        if (profile != null) {
            inference.profile(profile);
        }
        SingleOutputStreamOperator<Tuple2<Long, String>> answers =
                inference.apply("classify").returns(NUMBERED);
        keep(answers, LABELS, other);
        keep(
                answers.getSideOutput(DEAD_LETTERS)
                        .map(
                                letter ->
                                        Tuple2.of(
                                                letter.row(),
                                                letter.errorClass() + ": " + letter.cause()))
                        .returns(NUMBERED)
                        .slotSharingGroup(other),
                FAILED,
                other);
    }

    private static void keep(
            DataStream<Tuple2<Long, String>> rows, String name, SlotSharingGroup group) {
        rows.map(new Keep(name))
                .returns(NUMBERED)
                .slotSharingGroup(group)
                .sinkTo(new DiscardingSink<>())
                .slotSharingGroup(group);
    }

    private static Shape shape(int side) {
        return Shape.of(side, side, CHANNELS);
    }

    /** The bytes of an image. */
    static byte[] image(long number, int side) {
        byte[] bytes = new byte[side * side * CHANNELS];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    @SuppressWarnings("unchecked") // the accumulator of Keep
    private static Map<Long, String> kept(Map<String, Object> accumulators, String name) {
        List<Tuple2<Long, String>> rows =
                (List<Tuple2<Long, String>>) accumulators.getOrDefault(name, List.of());
        return rows.stream().collect(Collectors.toMap(row -> row.f0, row -> row.f1));
    }

    /** Keeps the rows for whoever has started the job. */
    private static final class Keep
            extends RichMapFunction<Tuple2<Long, String>, Tuple2<Long, String>> {

        private static final long serialVersionUID = 1L;

        private final String name;
        private final ListAccumulator<Tuple2<Long, String>> rows = new ListAccumulator<>();

        private Keep(String name) {
            this.name = name;
        }

        @Override
        public void open(OpenContext context) {
            getRuntimeContext().addAccumulator(name, rows);
        }

        @Override
        public Tuple2<Long, String> map(Tuple2<Long, String> row) {
            rows.add(row);
            return row;
        }
    }
}
