package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.deploy.observe.CheckpointTimes;
import io.flinkgpu.deploy.observe.ReplicaUse;
import io.flinkgpu.deploy.observe.StagePlacement;
import io.flinkgpu.inference.pool.ReplicaDevice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {

    private static final CommittedRows LABELLED = new CommittedRows(200, 50, 200, 190, "empty");

    @TempDir private Path directory;

    @Test
    void writesEveryKey() throws IOException {
        Path file = directory.resolve("reports/report.json");

        report(LABELLED).write(file);

        assertThat(new ObjectMapper().readTree(file.toFile()))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {
                                          "mode": "fused",
                                          "accelerator": "simulated",
                                          "rowsIn": 250,
                                          "rowsOut": 200,
                                          "deadLetters": 50,
                                          "accuracy": 0.95,
                                          "seconds": 2.0,
                                          "rowsPerSecond": 125.0,
                                          "meanBatchSize": 24.5,
                                          "checkpoints":
                                            {"completed": 4, "p50Millis": 10, "p99Millis": 30, "maxMillis": 30},
                                          "restarts": 1,
                                          "placement":
                                            [{"vertex": "classify", "taskManagers": {"gpu-1": 1, "gpu-2": 1}}]
                                        }
                                        """));
    }

    @Test
    void leavesAccuracyOutWhereLabelsAreUnknown() {
        assertThat(report(new CommittedRows(200, 0, 0, 0, null)).toJson().has("accuracy"))
                .isFalse();
    }

    @Test
    void takesNoTimeForNoRate() {
        DemoReport report =
                new DemoReport(
                        "fused",
                        "cpu",
                        0,
                        LABELLED,
                        0,
                        0,
                        new CheckpointTimes(0, 0, 0, 0),
                        0,
                        List.of(),
                        null);

        assertThat(report.rowsPerSecond()).isZero();
    }

    @Test
    void printsWhatAPersonLooksFor() {
        StringWriter out = new StringWriter();

        report(LABELLED).print(new PrintWriter(out));

        assertThat(out.toString())
                .contains("Rows: 250 in, 200 classified, 50 dead letters (such as: empty).")
                .contains("Accuracy: 95.00 %.")
                .contains("Checkpoints: 4 completed, p50 10 ms, p99 30 ms, max 30 ms; 1 restarts.")
                .contains("classify: {gpu-1=1, gpu-2=1}");
    }

    @Test
    void tellsOfReplicasAndChaos() {
        PoolReport pool =
                new PoolReport(
                        List.of(
                                new ReplicaUse(
                                        "localhost:9000",
                                        new ReplicaDevice("gpu-0", "simulated"),
                                        120)),
                        Optional.of(new KillAtHalf.Kill("gpu-2", 4711, 100)));
        StringWriter out = new StringWriter();

        DemoReport report = report(LABELLED, pool);
        report.print(new PrintWriter(out));

        assertThat(out.toString())
                .contains("  localhost:9000 (simulated gpu-0): 120 rows")
                .contains("Killed: gpu-2 after 100 rows.");
        assertThat(report.toJson().at("/replicas/0/rowsServed").asLong()).isEqualTo(120);
        assertThat(report.toJson().at("/chaos/killed").asText()).isEqualTo("gpu-2");
        assertThat(report.toJson().at("/chaos/afterRows").asLong()).isEqualTo(100);
    }

    private static DemoReport report(CommittedRows rows) {
        return report(rows, null);
    }

    private static DemoReport report(CommittedRows rows, PoolReport pool) {
        return new DemoReport(
                "fused",
                "simulated",
                250,
                rows,
                2.0,
                24.5,
                new CheckpointTimes(4, 10, 30, 30),
                1,
                List.of(
                        new StagePlacement(
                                "classify", new TreeMap<>(Map.of("gpu-1", 1L, "gpu-2", 1L)))),
                pool);
    }
}
