package io.flinkgpu.connectors.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tables in real catalogs, written by a job that fails on its way. */
class IcebergTableITCase {

    private static final int ROWS = 2_000;
    private static final int ROWS_PER_SECOND = 1_000;
    private static final int FAILING = 1_200;
    private static final int PARITIES = 2;
    private static final long SECONDS = 60;

    record Label(long id, String parity, Tensor scores) {}

    record NamedLabel(long id, String parity, Tensor scores, String name) {}

    record Reference(String path) {}

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        FailOnce.FAILURES.set(0);
    }

    @Test
    void holdsEachRowOnceAndTheSnapshotOfACheckpointIsKnown() throws Exception {
        IcebergTable table =
                new IcebergTable(IcebergCatalog.hadoop(warehouse()), "inference.labels");

        JobID job = write(table, Label.class, IcebergTableITCase::label);

        assertThat(FailOnce.FAILURES).hasValue(1);
        assertThat(ids(table)).containsExactlyInAnyOrderElementsOf(ids(0, ROWS));
        List<CommittedCheckpoint> history =
                table.query(loaded -> CommittedCheckpoint.history(loaded).toList());
        assertThat(history)
                .hasSizeGreaterThan(2)
                .allMatch(commit -> commit.job().equals(job))
                .extracting(CommittedCheckpoint::checkpointId)
                .doesNotHaveDuplicates();
        CommittedCheckpoint second = history.get(history.size() - 2);
        assertThat(table.committed(job, second.checkpointId())).contains(second);
        assertThat(table.lastCommitted()).contains(history.get(0));
        assertThat(table.committed(job, 0)).isEmpty();
        assertThat(table.committed(new JobID(), Long.MAX_VALUE)).isEmpty();
        SnapshotProbe probe = new SnapshotProbe(table);
        assertThat(probe.committed(job, -1, Long.MAX_VALUE))
                .hasSameSizeAs(history)
                .element(1)
                .isEqualTo(
                        new SinkProbe.Position(
                                second.checkpointId(),
                                "iceberg-snapshot",
                                Long.toString(second.snapshotId())));
        assertThat(probe.committed(job, second.checkpointId(), Long.MAX_VALUE))
                .extracting(SinkProbe.Position::checkpoint)
                .doesNotContain(second.checkpointId())
                .isSorted();
        List<Long> until = table.query(loaded -> ids(loaded, second.snapshotId()));
        assertThat(until).isNotEmpty().hasSizeLessThan(ROWS).doesNotHaveDuplicates();
    }

    @Test
    void takesRowsWithANewFieldAndKeepsTheOldOnes() throws Exception {
        IcebergTable table =
                new IcebergTable(
                        IcebergCatalog.jdbc(
                                "jdbc:sqlite:" + directory.resolve("catalog.db"), warehouse()),
                        "inference.labels");
        FailOnce.FAILURES.set(1);
        write(table, Label.class, IcebergTableITCase::label);

        write(table, NamedLabel.class, id -> named(label(id)));

        List<Record> records = table.query(IcebergTableITCase::records);
        assertThat(records).hasSize(2 * ROWS);
        assertThat(records)
                .filteredOn(row -> row.getField("name") != null)
                .extracting(row -> (Long) row.getField("id"))
                .containsExactlyInAnyOrderElementsOf(ids(0, ROWS));
        assertThat(records)
                .allSatisfy(
                        row ->
                                assertThat(row.getField("scores"))
                                        .isEqualTo(List.of((float) (Long) row.getField("id"), 1f)));
        String partition = table.query(loaded -> loaded.spec().fields().get(0).name());
        assertThat(partition).isEqualTo("parity");
    }

    @Test
    void filesThatATableNamesAreRead() throws Exception {
        Path image = Files.writeString(directory.resolve("a.txt"), "content");
        Path large = Files.writeString(directory.resolve("b.txt"), "x".repeat(2_000));
        IcebergTable table =
                new IcebergTable(IcebergCatalog.hadoop(warehouse()), "inference.files");
        StreamExecutionEnvironment writing = environment();
        IcebergTableSink.into(table)
                .append(
                        writing.fromData(
                                new Reference(image.toUri().toString()),
                                new Reference(large.toUri().toString()),
                                new Reference(null)));
        writing.execute();

        StreamExecutionEnvironment reading = environment();
        List<FileContent> files = new ArrayList<>();
        try (CloseableIterator<FileContent> read =
                FileReferences.of(table, "path")
                        .read(reading)
                        .map(new FileReadFunction(new MemorySize(1_000)))
                        .executeAndCollect()) {
            read.forEachRemaining(files::add);
        }

        assertThat(files).hasSize(3);
        assertThat(files)
                .filteredOn(file -> file.failure() == null)
                .singleElement()
                .satisfies(file -> assertThat(file.content()).asString().isEqualTo("content"));
        assertThat(files)
                .filteredOn(file -> file.failure() != null)
                .extracting(file -> file.failure().cause())
                .anyMatch(cause -> cause.contains("larger than the limit of 1000 bytes"));
    }

    private static <T> JobID write(IcebergTable table, Class<T> type, MapFunction<Long, T> row)
            throws Exception {
        StreamExecutionEnvironment environment = environment();
        IcebergTableSink.into(table)
                .partitionBy("parity")
                .tensor("scores", DataType.FLOAT32)
                .append(
                        environment
                                .fromSource(
                                        new DataGeneratorSource<>(
                                                row::map,
                                                ROWS,
                                                RateLimiterStrategy.perSecond(ROWS_PER_SECOND),
                                                TypeInformation.of(type)),
                                        WatermarkStrategy.noWatermarks(),
                                        "rows")
                                .map(new FailOnce<T>())
                                .returns(type));
        JobClient job = environment.executeAsync();
        job.getJobExecutionResult().get(SECONDS, TimeUnit.SECONDS);
        return job.getJobID();
    }

    private static StreamExecutionEnvironment environment() {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config);
        environment.setParallelism(2);
        environment.enableCheckpointing(200);
        return environment;
    }

    private static Label label(long id) {
        return new Label(id, "p" + id % PARITIES, Tensor.ofFloats(Shape.of(1, 2), (float) id, 1f));
    }

    private static NamedLabel named(Label label) {
        return new NamedLabel(label.id, label.parity, label.scores, "n" + label.id);
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static List<Long> ids(IcebergTable table) {
        return table.query(
                loaded -> records(loaded).stream().map(row -> (Long) row.getField("id")).toList());
    }

    private static List<Long> ids(Table table, long snapshotId) {
        return list(IcebergGenerics.read(table).useSnapshot(snapshotId).build()).stream()
                .map(row -> (Long) row.getField("id"))
                .toList();
    }

    private static List<Record> records(Table table) {
        return list(IcebergGenerics.read(table).build());
    }

    private static List<Record> list(CloseableIterable<Record> records) {
        try (records) {
            List<Record> list = new ArrayList<>();
            records.forEach(list::add);
            return list;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String warehouse() {
        return directory.resolve("warehouse").toString();
    }

    /** Static, as all subtasks are in this process. */
    private static final class FailOnce<T> implements MapFunction<T, T> {

        static final AtomicInteger FAILURES = new AtomicInteger();

        @Override
        public T map(T row) {
            if (row instanceof Label label && label.id == FAILING && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("Injected failure.");
            }
            return row;
        }
    }
}
