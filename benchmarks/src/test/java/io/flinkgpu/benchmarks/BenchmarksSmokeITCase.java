package io.flinkgpu.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.benchmarks.harness.BenchReport;
import io.flinkgpu.benchmarks.harness.BenchRunner;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.ReportFile;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.benchmarks.model.SqlModel;
import io.flinkgpu.benchmarks.scenario.CheckpointUnderLoad;
import io.flinkgpu.benchmarks.scenario.ColdStart;
import io.flinkgpu.benchmarks.scenario.Dedupe;
import io.flinkgpu.benchmarks.scenario.FileSources;
import io.flinkgpu.benchmarks.scenario.FusedOverhead;
import io.flinkgpu.benchmarks.scenario.LedgerOverhead;
import io.flinkgpu.benchmarks.scenario.ModelSource;
import io.flinkgpu.benchmarks.scenario.Naive;
import io.flinkgpu.benchmarks.scenario.Runtimes;
import io.flinkgpu.benchmarks.scenario.SeparatedOverhead;
import io.flinkgpu.benchmarks.scenario.SqlFunction;
import io.flinkgpu.benchmarks.scenario.SqlOverhead;
import io.flinkgpu.benchmarks.scenario.SqlPredict;
import io.flinkgpu.benchmarks.scenario.Traffic;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of scenario with tiny sizes: that it runs, and the shape of what it reports. */
class BenchmarksSmokeITCase {

    private static final Plan ONCE = new Plan(0, 1, Duration.ofMillis(200));

    @TempDir Path directory;

    @Test
    void fusedOverheadExplainsTheCostOfARow() throws Exception {
        JsonNode report = run(new FusedOverhead(ModelSource.mlp(), 32, ONCE));

        assertThat(report.path("settings").path("model").asText()).isEqualTo("mlp");
        assertThat(report.path("details").path("microsPerRow").fieldNames())
                .toIterable()
                .containsExactly(
                        "job",
                        "bareLoop",
                        "overhead",
                        "sourceAndNetwork",
                        "jobWithoutModel",
                        "encode",
                        "queueWait",
                        "run",
                        "decode");
    }

    @Test
    void runtimesAreMeasuredInAProcessEach() throws Exception {
        Path digits = Path.of("../deploy/cli/src/main/dist/examples/digits/model");
        JsonNode report = run(new Runtimes(ModelSource.cnn(() -> digits), 32, ONCE));

        for (String side : List.of("ours", "peer")) {
            assertThat(report.path("details").path(side).path("residentMib").asDouble())
                    .isGreaterThan(50);
        }
    }

    @Test
    void naiveRunsBothJobsInTheSameSlots() throws Exception {
        JsonNode report = run(new Naive(ModelSource.mlp(), 32, 2, ONCE));

        assertThat(report.path("settings").path("parallelism").asInt()).isEqualTo(2);
        assertThat(report.path("settings").path("rowsOfPeersLastJob").asLong()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void checkpointUnderLoadReportsQuantiles(boolean isSql) throws Exception {
        Duration stall = Duration.ofSeconds(2);
        JsonNode report =
                run(
                        isSql
                                ? CheckpointUnderLoad.ofQueries(stall, ONCE)
                                : CheckpointUnderLoad.ofStages(stall, ONCE));

        for (String side : List.of("ours", "peer")) {
            assertThat(report.path("details").path(side).fieldNames())
                    .toIterable()
                    .containsExactly("checkpoints", "p50Millis", "p99Millis", "maxMillis");
        }
    }

    @Test
    void ledgerOverheadWritesCheckpointsMeanwhile() throws Exception {
        JsonNode report =
                run(
                        new LedgerOverhead(
                                ModelSource.mlp(), 32, new Plan(0, 1, Duration.ofSeconds(3))));

        assertThat(report.path("settings").path("checkpointsOfLastJob").asInt()).isPositive();
    }

    @Test
    void coldStartCountsLoads() throws Exception {
        JsonNode report = run(new ColdStart(2, new int[] {16, 16, 4}, ONCE));

        assertThat(report.path("details").path("ours").path("loads").asInt()).isEqualTo(1);
        assertThat(report.path("details").path("peer").path("loads").asInt()).isEqualTo(2);
    }

    @Test
    void separatedOverheadRunsTheModelInAProcessOnEitherSide() throws Exception {
        JsonNode report =
                run(new SeparatedOverhead("mlp", BenchmarksSmokeITCase::smallBatches, ONCE));

        assertThat(report.path("settings").path("inputBytesPerRow").asInt()).isEqualTo(512);
        assertThat(report.path("details").path("ours").path("microsPerRow").asDouble())
                .isPositive();
    }

    @Test
    void separatedOverheadSendsThePeerBatchesOfTheSizeThatOursChose() throws Exception {
        JsonNode report =
                run(
                        SeparatedOverhead.adaptive(
                                "mlp, adaptive", BenchmarksSmokeITCase::smallBatches, 4, ONCE));

        assertThat(report.path("settings").path("maxBatchSize").asInt()).isEqualTo(64);
        JsonNode details = report.path("details");
        assertThat(details.path("ours").path("batchSize").asInt()).isIn(16, 32, 64);
        assertThat(details.path("peer").path("batchSize"))
                .isEqualTo(details.path("ours").path("batchSize"));
        assertThat(details.path("rowsPerSecondAtMinBatchSize").path("ours").asDouble())
                .isPositive();
    }

    @Test
    void fileSourcesReadEachFileAsOftenAsItIsLinked() throws Exception {
        JsonNode report = run(new FileSources(FileSources.Pair.TAR_SHARDS, 1_000, ONCE));

        assertThat(report.path("settings").path("rowsOfLastJob").asLong() % 1_000).isZero();
        assertThat(report.path("settings").path("rowsOfPeersLastJob").asLong()).isPositive();
    }

    @Test
    void dedupeCountsTheRowsThatNeededNoRun() throws Exception {
        JsonNode report = run(new Dedupe(ModelSource.mlp(), Dedupe.Device.SIMULATED, 3, 32, ONCE));

        // 30 %, without those of the first 2,000 rows, which have none before them
        assertThat(report.path("details").path("ours").path("modelRowsSavedPercent").asDouble())
                .isBetween(10.0, 30.0);
    }

    @Test
    void sqlPredictAsksThePeersServerAndOurProvider() throws Exception {
        JsonNode report =
                run(
                        new SqlPredict(
                                "128 floats",
                                scratch -> SqlModel.floats(scratch, 16),
                                SqlPredict.Place.POOL,
                                SqlPredict.PeerSettings.BEST,
                                ONCE));

        assertThat(report.path("settings").path("rowsOfPeersLastJob").asLong()).isPositive();
    }

    @Test
    void functionsOfSqlRunBothQueries() throws Exception {
        JsonNode report = run(new SqlFunction(ModelSource.mlp(), 32, ONCE));

        assertThat(report.path("settings").path("rowsOfPeersLastJob").asLong()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void sqlOverheadAsksInBothWays(SqlOverhead.Way way) throws Exception {
        JsonNode report = run(new SqlOverhead(ModelSource.mlp(), way, 32, ONCE));

        assertThat(report.path("settings").path("rowsOfLastJob").asLong()).isPositive();
    }

    private static Traffic smallBatches(Path scratch) {
        BenchModel model = BenchModel.mlp(scratch);
        return new Traffic(
                SeparatedOverhead.onOneThread(model.directory()),
                "",
                DataType.FLOAT32,
                Shape.of(16, model.rowFloats()),
                2);
    }

    private JsonNode run(Scenario scenario) throws Exception {
        Path file = directory.resolve("report.json");
        BenchReport report = new BenchRunner(Map.of("quick", true), line -> {}).run(scenario);
        ReportFile.at(file).write(List.of(report));
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertShape(json, scenario);
        return json;
    }

    private static void assertShape(JsonNode json, Scenario scenario) {
        assertThat(json.fieldNames())
                .toIterable()
                .startsWith("scenario", "unit", "ours", "peer", "ratio", "settings")
                .isSubsetOf("scenario", "unit", "ours", "peer", "ratio", "settings", "details");
        assertThat(json.path("scenario").asText()).isEqualTo(scenario.info().name());
        for (String side : List.of("ours", "peer")) {
            assertThat(json.path(side).path("median").asDouble()).isPositive();
        }
        assertThat(json.path("ratio").path("median").isNumber()).isTrue();
        assertThat(json.path("settings").path("better").asText()).isIn("higher", "lower");
    }
}
