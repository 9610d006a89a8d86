package io.flinkgpu.connectors.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.media.MediaFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class VideoDecodeITCase {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path input;

    /** Large files are left where they are: here everything above a kilobyte. */
    @Test
    void takesFramesOfGoodFilesAndSetsBadOnesAside() throws Exception {
        TestVideo.write(input.resolve("a.mp4"), 25);
        byte[] whole = Files.readAllBytes(TestVideo.write(input.resolve("b.avi"), 12));
        Files.write(input.resolve("cut.avi"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(input.resolve("letter.mp4"), "This is no video.");
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);

        SingleOutputStreamOperator<VideoFrame> frames =
                env.fromSource(
                                MediaFiles.of(input.toString())
                                        .maxFileSize(MemorySize.parse("1 kb"))
                                        .refersToLargerFiles()
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "files")
                        .rebalance()
                        .process(
                                new VideoDecodeFunction(
                                        VideoDecoding.of(6, 8, 3, FrameSelection.perSecond(1))));
        List<String> lines = new ArrayList<>();
        try (CloseableIterator<String> results =
                frames.rebalance()
                        .map(frame -> name(frame.image().path()) + " at " + frame.timestamp())
                        .returns(Types.STRING)
                        .union(
                                frames.getSideOutput(VideoDecodeFunction.REJECTED)
                                        .map(file -> name(file.path()) + ": " + file.cause())
                                        .returns(Types.STRING))
                        .executeAndCollect()) {
            results.forEachRemaining(lines::add);
        }

        assertThat(lines)
                .hasSize(7)
                .contains("a.mp4 at PT0S", "a.mp4 at PT1S", "a.mp4 at PT2S")
                .contains("b.avi at PT0S", "b.avi at PT1S")
                .anyMatch(line -> line.startsWith("cut.avi: it is cut: it has "))
                .anyMatch(line -> line.startsWith("letter.mp4: it is no video"));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
