package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.FileTooLargeException;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.file.RejectedFile;
import io.flinkgpu.connectors.media.MediaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImageDecodeITCase {

    private static final int SIDE = 28;
    private static final int GOOD_FILES = 40;

    private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setConfiguration(METRICS.addToConfiguration(new Configuration()))
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir java.nio.file.Path input;
    @TempDir java.nio.file.Path output;

    @Test
    void decodesGoodFilesAndSetsBadOnesAside() throws Exception {
        writeFiles();

        JobID job = runJob();

        assertThat(files(output.resolve("images"))).hasSize(GOOD_FILES).doesNotHaveDuplicates();
        assertThat(counted(job, "imagesFlawed")).isEqualTo(1);
        Map<String, JsonNode> rejected = rejectedByName();
        assertThat(rejected)
                .containsOnlyKeys(
                        "empty.jpg", "truncated.jpg", "text.jpg", "huge.jpg", "too-large.jpg");
        assertRejected(rejected.get("empty.jpg"), BadImageException.class, "is empty (0 bytes)");
        assertRejected(rejected.get("truncated.jpg"), BadImageException.class, "truncated");
        assertRejected(rejected.get("text.jpg"), BadImageException.class, "none of JPEG, PNG");
        assertRejected(rejected.get("huge.jpg"), BadImageException.class, "30000 x 30000");
        assertRejected(
                rejected.get("too-large.jpg"), FileTooLargeException.class, "limit of 50000 bytes");
        assertThat(counted(job, "imagesDecoded")).isEqualTo(GOOD_FILES);
        assertThat(counted(job, "imagesRejected")).isEqualTo(5);
    }

    private void writeFiles() throws IOException {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);
        byte[] withoutEnd = TestImages.prefix(jpeg, jpeg.length - 2);
        Files.write(input.resolve("0.jpg"), withoutEnd);
        for (int i = 1; i < GOOD_FILES; i++) {
            Files.write(input.resolve(i + ".jpg"), jpeg);
        }
        Files.createFile(input.resolve("empty.jpg"));
        Files.write(input.resolve("truncated.jpg"), TestImages.prefix(jpeg, jpeg.length * 3 / 4));
        Files.writeString(input.resolve("text.jpg"), "I am no image");
        Files.write(input.resolve("huge.jpg"), TestImages.jpegWithHeaderSize(30_000, 30_000));
        Files.write(input.resolve("too-large.jpg"), new byte[50_001]);
    }

    private JobID runJob() throws Exception {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);
        env.enableCheckpointing(100);
        SingleOutputStreamOperator<DecodedImage> images =
                env.fromSource(
                                MediaFiles.of(new Path(input.toUri()))
                                        .maxFileSize(new MemorySize(50_000))
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "files")
                        .rebalance() // through the serializers
                        .process(new ImageDecodeFunction(ImageDecoding.of(SIDE, SIDE, 1)));
        images.rebalance()
                .sinkTo(
                        JsonLines.<DecodedImage>sink(
                                new Path(output.resolve("images").toUri()),
                                (image, line) ->
                                        line.string("file", image.path())
                                                .numbers("pixels", image.pixels())));
        images.getSideOutput(ImageDecodeFunction.REJECTED)
                .rebalance()
                .sinkTo(
                        JsonLines.<RejectedFile>sink(
                                new Path(output.resolve("dead-letters").toUri()),
                                "rejected",
                                (file, line) ->
                                        line.string("file", file.path())
                                                .string("errorClass", file.errorClass())
                                                .string("cause", file.cause())));
        return env.execute().getJobID();
    }

    private Map<String, JsonNode> rejectedByName() throws IOException {
        try (Stream<JsonNode> lines =
                JsonLines.read(new Path(output.resolve("dead-letters").toUri()))) {
            return lines.collect(
                    Collectors.toMap(
                            line -> new Path(line.get("file").textValue()).getName(),
                            line -> line));
        }
    }

    private static List<String> files(java.nio.file.Path directory) throws IOException {
        try (Stream<JsonNode> lines = JsonLines.read(new Path(directory.toUri()))) {
            return lines.map(line -> line.get("file").textValue()).toList();
        }
    }

    private static void assertRejected(JsonNode line, Class<?> errorClass, String cause) {
        assertThat(line.get("errorClass").textValue()).isEqualTo(errorClass.getName());
        assertThat(line.get("cause").textValue()).contains(cause);
    }

    private static long counted(JobID job, String name) {
        return METRICS.findMetrics(job, name).values().stream()
                .mapToLong(metric -> ((Counter) metric).getCount())
                .sum();
    }
}
