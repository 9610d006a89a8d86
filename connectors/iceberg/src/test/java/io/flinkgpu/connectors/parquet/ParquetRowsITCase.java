package io.flinkgpu.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job that reads Parquet files, and fails in the middle of one. */
class ParquetRowsITCase {

    private static final int FILES = 3;
    private static final int ROWS = 1_000;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path folder;

    @Test
    void readsEachRowOnceAcrossAFailureInTheMiddleOfAFile() throws Exception {
        for (int file = 0; file < FILES; file++) {
            int first = file * ROWS;
            Path unused =
                    TestingParquet.write(
                            folder.resolve(file + ".parquet"),
                            "required int64 id; optional binary text (UTF8);",
                            ROWS,
                            (row, i) -> row.append("id", (long) first + i).append("text", "t" + i));
        }
        Files.writeString(folder.resolve("bad.parquet"), "This is no Parquet.");

        List<ParquetRow> rows = read();

        assertThat(FailOnceBehindACheckpoint.FAILURES).hasValue(1);
        assertThat(rows)
                .filteredOn(row -> row.failure() == null)
                .extracting(row -> (Long) row.values().getField("id"))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, FILES * ROWS).boxed().toList());
        assertThat(rows)
                .filteredOn(row -> row.failure() != null)
                .extracting(ParquetRow::path)
                .singleElement()
                .asString()
                .endsWith("/bad.parquet");
    }

    private List<ParquetRow> read() throws Exception {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config);
        environment.setParallelism(2);
        environment.enableCheckpointing(50);
        List<ParquetRow> rows = new ArrayList<>();
        try (CloseableIterator<ParquetRow> read =
                environment
                        .fromSource(
                                ParquetRows.of(folder + "/*.parquet")
                                        .column("id", Types.LONG)
                                        .column("text", Types.STRING)
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "rows")
                        .map(new FailOnceBehindACheckpoint())
                        .returns(
                                ParquetRow.type(
                                        Types.ROW_NAMED(
                                                new String[] {"id", "text"},
                                                Types.LONG,
                                                Types.STRING)))
                        .executeAndCollect()) {
            read.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** Slow until a checkpoint is complete that a subtask took in the middle of a file. */
    private static final class FailOnceBehindACheckpoint
            extends RichMapFunction<ParquetRow, ParquetRow> implements CheckpointListener {

        private static final long serialVersionUID = 1L;
        private static final AtomicInteger FAILURES = new AtomicInteger();

        private long number;
        private boolean isDue;

        @Override
        public ParquetRow map(ParquetRow row) {
            number = row.number();
            if (isDue && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("Injected failure.");
            }
            if (FAILURES.get() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            return row;
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            isDue |= number > 50 && number < ROWS - 50;
        }
    }
}
