package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WholeFileSourceITCase {

    private static final int FILES = 100;
    private static final int PASSES = 3;
    private static final int ROWS_BEFORE_FAILURE = 30;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir java.nio.file.Path input;
    @TempDir java.nio.file.Path output;

    @BeforeEach
    void writeFiles() throws IOException {
        FailOnceAfterCheckpoint.reset();
        for (int i = 0; i < FILES - 2; i++) {
            java.nio.file.Path folder = Files.createDirectories(input.resolve("folder" + i % 3));
            Files.write(folder.resolve("file " + i + ".jpg"), new byte[i + 1]);
        }
        Files.createFile(input.resolve("folder0/empty.jpg"));
        // The first pass stops here until a checkpoint has completed.
        Files.write(input.resolve("folder1/gated.jpg"), new byte[1]);
    }

    @Test
    void writesEveryFileOfEveryPassOnceAcrossAFailure() throws Exception {
        TestingFileSystem.closeGate();
        StreamExecutionEnvironment env = environment();
        env.fromSource(
                        WholeFileSource.of(TestingFileSystem.path(input))
                                .extensions(".jpg")
                                .repeat(PASSES)
                                .build(),
                        WatermarkStrategy.noWatermarks(),
                        "files")
                .map(new FailOnceAfterCheckpoint())
                .sinkTo(
                        JsonLines.<FileContent>sink(
                                new Path(output.toUri()),
                                (file, line) ->
                                        line.string("file", file.path())
                                                .number("bytes", file.content().length)));

        env.execute();

        assertThat(FailOnceAfterCheckpoint.HAS_FAILED).isTrue();
        assertThat(FailOnceAfterCheckpoint.ROWS.get()).isGreaterThan(ROWS_BEFORE_FAILURE);
        Map<String, Long> timesByFile = timesByFile();
        assertThat(timesByFile).hasSize(FILES);
        assertThat(timesByFile.values()).containsOnly((long) PASSES);
        assertThat(timesByFile).containsKey("testing:" + input.resolve("folder0/empty.jpg"));
    }

    private Map<String, Long> timesByFile() throws IOException {
        try (Stream<JsonNode> lines = JsonLines.read(new Path(output.toUri()))) {
            return lines.map(line -> line.get("file").textValue())
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        }
    }

    private static StreamExecutionEnvironment environment() {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);
        env.enableCheckpointing(50);
        return env;
    }

    /**
     * Opens the gate after a checkpoint that holds some rows, and fails at the next row. Its state
     * is static because both subtasks live in this process.
     */
    private static final class FailOnceAfterCheckpoint
            extends RichMapFunction<FileContent, FileContent> implements CheckpointListener {

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
        public FileContent map(FileContent file) {
            if (SHALL_FAIL.get() && HAS_FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("Injected failure.");
            }
            ROWS.incrementAndGet();
            return file;
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
