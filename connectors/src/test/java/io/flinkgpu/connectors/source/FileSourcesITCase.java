package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.file.TestingFileSystem;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.tar.MediaSample;
import io.flinkgpu.connectors.tar.TarShards;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.annotation.Nullable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Media files and tar shards in jobs that fail, stop and go on with another parallelism. */
class FileSourcesITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROWS_BEFORE_FAILURE = 30;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir java.nio.file.Path input;
    @TempDir java.nio.file.Path output;
    @TempDir java.nio.file.Path savepoints;

    @BeforeEach
    void closeGate() {
        FailOnce.reset();
        TestingFileSystem.closeGate();
    }

    @Test
    void readsEveryFileAsOftenAsAskedAcrossAFailure() throws Exception {
        for (int i = 0; i < 199; i++) {
            writeFile("folder" + i % 3 + "/file " + i + ".txt");
        }
        writeFile("folder1/gated.jpg");
        StreamExecutionEnvironment env = environment(2, null);

        writeIds(ids(env, MediaFiles.of(TestingFileSystem.path(input)).repeat(3).build()));
        env.execute();

        assertThat(FailOnce.HAS_FAILED).isTrue();
        Map<String, Long> times =
                written().stream().collect(Collectors.groupingBy(id -> id, Collectors.counting()));
        assertThat(times).hasSize(200);
        assertThat(times.values()).containsOnly(3L);
    }

    @Test
    void readsEverySampleOnceAcrossAFailureInTheMiddleOfAShard() throws Exception {
        writeShard("gated.tar", 800, false);
        writeShard("other.tar.gz", 500, true);
        writeShard("another.tar", 100, false);
        StreamExecutionEnvironment env = environment(2, null);

        Source<MediaSample, ?, ?> shards = TarShards.of(TestingFileSystem.path(input)).build();
        writeIds(
                env.fromSource(shards, WatermarkStrategy.noWatermarks(), "shards")
                        .rebalance() // through the serializers
                        .map(sample -> sample.key() + " " + sample.members().keySet())
                        .returns(Types.STRING));
        env.execute();

        assertThat(FailOnce.HAS_FAILED).isTrue();
        assertThat(written())
                .hasSize(1400)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.endsWith(" [jpg, cls]"));
    }

    @Test
    void readsNewFilesOnceAcrossAFailureASavepointAndAChangeOfParallelism() throws Exception {
        TestingFileSystem.openGate();
        writeFiles(0, 100);
        JobClient first = monitor(2, null);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).hasSize(100));

        FailOnce.SHALL_FAIL.set(true);
        writeFiles(100, 200);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).hasSize(200));
        assertThat(FailOnce.HAS_FAILED).isTrue();
        String savepoint =
                first.stopWithSavepoint(
                                false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
        writeFiles(200, 300);
        JobClient second = monitor(4, savepoint);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written()).hasSize(300));
        second.cancel().get();

        assertThat(written())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 300)
                                .mapToObj(i -> TestingFileSystem.path(input) + "/" + i + ".txt")
                                .toList());
    }

    private JobClient monitor(int parallelism, @Nullable String savepoint) throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, savepoint);
        Source<FileContent, ?, ?> files =
                MediaFiles.of(TestingFileSystem.path(input))
                        .monitor(Duration.ofMillis(50))
                        .concurrentReads(2)
                        .build();
        writeIds(ids(env, files));
        return env.executeAsync();
    }

    private static DataStream<String> ids(
            StreamExecutionEnvironment env, Source<FileContent, ?, ?> files) {
        return env.fromSource(files, WatermarkStrategy.noWatermarks(), "files")
                .uid("files")
                .map(FileContent::path)
                .returns(Types.STRING)
                .uid("paths");
    }

    private void writeIds(DataStream<String> ids) {
        ids.map(new FailOnce())
                .uid("fail")
                .sinkTo(
                        JsonLines.<String>sink(
                                new Path(output.toUri()), (id, line) -> line.string("id", id)))
                .uid("sink");
    }

    private List<String> written() throws IOException {
        try (Stream<JsonNode> lines = JsonLines.read(new Path(output.toUri()))) {
            return lines.map(line -> line.get("id").textValue()).toList();
        }
    }

    private static StreamExecutionEnvironment environment(
            int parallelism, @Nullable String savepoint) {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        if (savepoint != null) {
            config.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(parallelism);
        env.enableCheckpointing(50);
        return env;
    }

    private void writeFiles(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            writeFile("." + i);
            Files.move(input.resolve("." + i), input.resolve(i + ".txt"));
        }
    }

    private void writeFile(String name) throws IOException {
        java.nio.file.Path file = input.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    /** Each sample has two members and takes 3 kB. */
    private void writeShard(String name, int samples, boolean isGzip) throws IOException {
        OutputStream file = Files.newOutputStream(input.resolve(name));
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(isGzip ? new GZIPOutputStream(file) : file)) {
            for (int i = 0; i < samples; i++) {
                for (String extension : List.of("jpg", "cls")) {
                    byte[] content = (name + i).repeat(20).getBytes(StandardCharsets.US_ASCII);
                    TarArchiveEntry entry = new TarArchiveEntry(name + "/" + i + "." + extension);
                    entry.setSize(content.length);
                    tar.putArchiveEntry(entry);
                    tar.write(content);
                    tar.closeArchiveEntry();
                }
            }
        }
    }

    /**
     * Opens the gate after a checkpoint that holds some rows, and fails at the next row. Its state
     * is static because all subtasks live in this process.
     */
    private static final class FailOnce extends RichMapFunction<String, String>
            implements CheckpointListener {

        private static final long serialVersionUID = 1L;

        static final AtomicInteger ROWS = new AtomicInteger();
        static final AtomicBoolean HAS_FAILED = new AtomicBoolean();
        static final AtomicBoolean SHALL_FAIL = new AtomicBoolean();

        private transient int rowsAtSnapshot;

        static void reset() {
            ROWS.set(0);
            HAS_FAILED.set(false);
            SHALL_FAIL.set(false);
        }

        @Override
        public String map(String id) {
            if (SHALL_FAIL.get() && HAS_FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("Injected failure.");
            }
            ROWS.incrementAndGet();
            return id;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            // Rows seen at the checkpoint before this one are surely part of this one.
            if (rowsAtSnapshot >= ROWS_BEFORE_FAILURE && !HAS_FAILED.get()) {
                SHALL_FAIL.set(true);
                TestingFileSystem.openGate();
            }
            rowsAtSnapshot = ROWS.get();
        }
    }
}
