package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.RejectedFile;
import io.flinkgpu.connectors.media.MediaFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AudioDecodeITCase {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path input;

    /** A fifth of a second each, in windows of 80 ms that share 20 ms: at 0, 60 and 120 ms. */
    @Test
    void cutsGoodFilesToWindowsAndSetsBadOnesAside() throws Exception {
        List<String> good = List.of("tone.wav", "tone.flac", "tone.ogg", "tone.mp3");
        for (String name : good) {
            Files.write(input.resolve(name), TestAudio.resource(name));
        }
        Files.write(input.resolve("opus.ogg"), TestAudio.resource("opus.ogg"));
        byte[] flac = TestAudio.resource("tone.flac");
        Files.write(input.resolve("cut.flac"), TestAudio.prefix(flac, flac.length / 2));
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);

        SingleOutputStreamOperator<DecodedAudio> windows =
                env.fromSource(
                                MediaFiles.of(input.toString()).build(),
                                WatermarkStrategy.noWatermarks(),
                                "files")
                        .rebalance() // through the serializers
                        .process(
                                AudioDecodeFunction.windows(
                                        AudioDecoding.mono(16_000),
                                        AudioWindows.of(Duration.ofMillis(80))
                                                .withOverlap(Duration.ofMillis(20))));
        List<String> lines =
                collect(
                        windows.rebalance()
                                .map(AudioDecodeITCase::describe)
                                .returns(Types.STRING)
                                .union(
                                        windows.getSideOutput(AudioDecodeFunction.REJECTED)
                                                .map(AudioDecodeITCase::describe)
                                                .returns(Types.STRING)));

        List<String> expected = new ArrayList<>();
        for (String name : good) {
            for (int millis = 0; millis <= 120; millis += 60) {
                expected.add(
                        "%s at %s: 1280 at 16000 Hz".formatted(name, Duration.ofMillis(millis)));
            }
        }
        expected.add("opus.ogg: it is OGG with Opus");
        expected.add("cut.flac: the data is damaged");
        assertThat(lines).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String describe(DecodedAudio window) {
        return "%s at %s: %d at %d Hz"
                .formatted(
                        name(window.path()), window.start(), window.frames(), window.sampleRate());
    }

    private static String describe(RejectedFile file) {
        return name(file.path()) + ": " + file.cause().replaceFirst("(?s)[;(].*", "").strip();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static List<String> collect(DataStream<String> stream) throws Exception {
        List<String> lines = new ArrayList<>();
        try (CloseableIterator<String> results = stream.executeAndCollect()) {
            results.forEachRemaining(lines::add);
        }
        return lines;
    }
}
