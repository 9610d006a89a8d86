package io.flinkgpu.connectors.mark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Marks of jobs whose input has long ended when their slow sinks write the last rows, which
 * unaligned checkpoints hold in front of them.
 */
@Timeout(120)
class RunMarksITCase {

    private static final int ROWS = 400;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path directory;

    @BeforeEach
    void mend() {
        SlowWrites.broken.set(false);
    }

    @Test
    void aRunLeavesItsMarkWhenItsSinkHasCommittedAll() throws Exception {
        RunMark mark = newMark();

        JobClient job = start(mark, new Configuration());
        awaitEndOfInput(mark);
        int writtenThen = written().size();
        assertThat(mark.marks().finished()).isEmpty();
        await().atMost(LONG).until(() -> mark.marks().finished().contains(mark.token()));

        assertThat(writtenThen).isLessThan(ROWS);
        assertThat(written()).containsExactlyElementsOf(allRows());
        assertThat(job.getJobExecutionResult()).succeedsWithin(LONG);
    }

    /** Both jobs end the input, the second one with the token of the first. */
    @Test
    void aRunWhoseSinkFailsAfterTheEndOfItsInputLeavesItsMarkWhenItIsResumed() throws Exception {
        RunMark mark = newMark();
        JobClient failed = start(mark, new Configuration());
        awaitEndOfInput(mark);
        SlowWrites.broken.set(true);
        assertThatThrownBy(() -> failed.getJobExecutionResult().get())
                .isInstanceOf(ExecutionException.class)
                .hasStackTraceContaining("scripted failure");
        assertThat(written()).hasSizeLessThan(ROWS);
        assertThat(mark.marks().finished()).isEmpty();

        SlowWrites.broken.set(false);
        JobClient resumed =
                start(
                        newMark(),
                        new Configuration()
                                .set(StateRecoveryOptions.SAVEPOINT_PATH, newestCheckpoint()));
        assertThat(resumed.getJobExecutionResult()).succeedsWithin(LONG);

        assertThat(written()).containsExactlyElementsOf(allRows());
        assertThat(mark.marks().runs())
                .containsOnlyKeys(mark.token())
                .containsValue(resumed.getJobID().toHexString());
    }

    /** The end is in a completed checkpoint. */
    private static void awaitEndOfInput(RunMark mark) {
        await().atMost(LONG).until(() -> !mark.marks().ended().isEmpty());
    }

    private RunMark newMark() {
        return RunMark.in(path("runs"), Instant.now());
    }

    private JobClient start(RunMark mark, Configuration settings) throws Exception {
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none")
                .set(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                        path("checkpoints").toUri().toString())
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100))
                .set(CheckpointingOptions.ENABLE_UNALIGNED, true)
                .set(
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings);
        environment.setParallelism(1);
        DataStream<Row> rows =
                environment
                        .fromSequence(0, ROWS - 1)
                        .uid("rows")
                        .map(Row::of)
                        .returns(Types.ROW(Types.LONG));
        rows.rebalance()
                .map(new SlowWrites())
                .returns(rows.getType())
                .sinkTo(
                        JsonLines.<Row>sink(
                                path("out"),
                                (row, line) -> line.number("id", row.<Long>getFieldAs(0))))
                .uid("out");
        JobStatusHook hook = mark.addTo(List.of(rows), "rows", null);
        StreamGraph graph = environment.getStreamGraph();
        graph.registerJobStatusHook(hook);
        return environment.executeAsync(graph);
    }

    private String newestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow()
                    .getParent()
                    .toUri()
                    .toString();
        }
    }

    private List<Long> written() throws IOException {
        if (!Files.exists(directory.resolve("out"))) {
            return List.of();
        }
        try (Stream<JsonNode> lines = JsonLines.read(path("out"))) {
            return lines.map(line -> line.path("id").asLong()).sorted().toList();
        }
    }

    private static List<Long> allRows() {
        return LongStream.range(0, ROWS).boxed().toList();
    }

    private org.apache.flink.core.fs.Path path(String name) {
        return new org.apache.flink.core.fs.Path(directory.resolve(name).toUri());
    }

    /** In one task with the sink behind it. */
    private static final class SlowWrites implements MapFunction<Row, Row> {

        private static final long PAUSE_NANOS = 5_000_000;
        private static final AtomicBoolean broken = new AtomicBoolean();

        @Override
        public Row map(Row row) {
            if (broken.get()) {
                throw new IllegalStateException("scripted failure");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            return row;
        }
    }
}
