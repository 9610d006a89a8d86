package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.resources.StageProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load on a Flink of this process, with the model on the processor. */
class LoadRunITCase {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROWS = 5_000;

    @TempDir private Path directory;
    private MiniCluster flink;
    private URI address;

    @BeforeEach
    void startFlink() throws Exception {
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration())
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(4)
                                .build());
        flink.start();
        address = flink.getRestAddress().get();
    }

    @AfterEach
    void stopFlink() throws Exception {
        flink.close();
    }

    @Test
    void lossOfTaskManagerLosesAndDoublesNoRow() throws Exception {
        LoadRun run =
                LoadRun.submit(address, spec("echo", 0).rows(ROWS).rowsPerSecond(500).build());
        await().atMost(TIMEOUT).until(() -> LoadResult.read(run.spec()).results() > 0);
        assertThat(run.job().isRunning()).isTrue();
        assertThat(run.job().completedCheckpoints()).isPositive();
        assertThat(run.job().restarts()).isZero();

        Instant failure = Instant.now();
        flink.terminateTaskManager(0).get();
        flink.startTaskManager();
        LoadResult result = run.await(TIMEOUT);

        assertThat(run.job().status()).isEqualTo(JobStatus.FINISHED);
        assertThat(run.job().restarts()).isPositive();
        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.results()).isEqualTo(ROWS);
        assertThat(result.wrong()).isZero();
        Emissions emissions = result.emissions();
        assertThat(emissions.untilFirstAfter(failure)).isPresent();
        assertThat(emissions.first().orElseThrow()).isBefore(failure);
    }

    @Test
    void aRunThatFailsOnceCostsNoRow() throws Exception {
        LoadRun run =
                LoadRun.submit(
                        address, spec("flaky", 5).rows(500).outputMode(OutputMode.ORDERED).build());

        LoadResult result = run.await(TIMEOUT);

        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.deadLetters()).isZero();
        assertThat(result.results()).isEqualTo(500);
        assertThat(run.job().restarts()).isZero();
    }

    @Test
    void poisonRowsAloneAreDeadLetters() throws Exception {
        double share = 0.05;
        LoadSpec healthy = spec("poisoned", 0).rows(500).build();
        LoadSpec poisoned =
                LoadSpec.of(
                                Path.of(healthy.directory()),
                                FaultInjection.into(
                                                healthy.model(),
                                                Files.createTempDirectory(directory, "faults"))
                                        .withPoison(share)
                                        .ref())
                        .width(healthy.width())
                        .rows(healthy.rows())
                        .cpuProfile(healthy.cpuProfile())
                        .inferenceProfile(healthy.inferenceProfile())
                        .build();

        LoadResult result = LoadRun.submit(address, poisoned).await(TIMEOUT);

        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.deadLetterIds().boxed())
                .isNotEmpty()
                .containsExactlyElementsOf(
                        IntStream.range(0, 500)
                                .filter(id -> LoadPoison.isPoison(id, healthy.width(), share))
                                .boxed()
                                .toList());
        assertThat(result.deadLetterExample().orElseThrow()).contains("is poison");
    }

    @Test
    void aRowOnWhichTheModelHangsIsADeadLetterAfterTwoHangs() throws Exception {
        int rows = 500;
        LoadSpec healthy = spec("hanging", 0).rows(rows).build();
        double[] firsts =
                IntStream.range(0, rows)
                        .mapToDouble(id -> LoadRow.of(id, healthy.width()).values()[0])
                        .filter(first -> first > 0)
                        .sorted()
                        .toArray();
        double shareOfOneRow = (firsts[0] + firsts[1]) / 2;
        LoadSpec hanging =
                LoadSpec.of(
                                Path.of(healthy.directory()),
                                FaultInjection.into(
                                                healthy.model(),
                                                Files.createTempDirectory(directory, "faults"))
                                        .withHangingPoison(shareOfOneRow, Duration.ofHours(1))
                                        .ref())
                        .width(healthy.width())
                        .rows(rows)
                        .cpuProfile(healthy.cpuProfile())
                        .inferenceProfile(healthy.inferenceProfile())
                        .option(InferenceOptions.MAX_RUN_TIME, Duration.ofSeconds(2))
                        .build();

        LoadRun run = LoadRun.submit(address, hanging);
        LoadResult result = run.await(TIMEOUT);

        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.results()).isEqualTo(rows - 1);
        assertThat(result.deadLetters()).isEqualTo(1);
        assertThat(result.deadLetterExample().orElseThrow())
                .contains("2 devices were lost while they ran it");
        assertThat(run.job().restarts()).isZero();
    }

    @Test
    void cancelledRunEndsEarly() throws Exception {
        LoadRun run = LoadRun.submit(address, spec("endless", 0).rowsPerSecond(10).build());
        await().atMost(TIMEOUT).until(run.job()::isRunning);
        assertThatThrownBy(() -> run.await(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("it has not ended within PT0.001S.");

        run.job().cancel(TIMEOUT);
        run.job().cancel(TIMEOUT);

        assertThat(run.job().status()).isEqualTo(JobStatus.CANCELED);
        assertThat(LoadResult.read(run.spec()).missing()).isPositive();
        assertThatThrownBy(() -> run.await(TIMEOUT))
                .hasMessageStartingWith(
                        "Cannot finish job " + run.job().id() + ": it is CANCELED.");
    }

    @Test
    void refusesDirectoryOfAnotherRun() throws Exception {
        Files.createDirectories(directory.resolve("used/results"));
        LoadSpec used = spec("used", 0).build();

        assertThatThrownBy(() -> LoadRun.submit(address, used))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("It is not empty; name an empty or new directory.");
    }

    private LoadSpecBuilder spec(String name, int failingRun) {
        return LoadSpec.of(
                        directory.resolve(name),
                        SimulatedModel.named(name).failingRuns(failingRun).ref())
                .width(16)
                .batch(16, Duration.ofMillis(5))
                .checkpointInterval(Duration.ofMillis(200))
                .inferenceProfile(
                        StageProfile.named("inference")
                                .cpuCores(0.5)
                                .taskHeap(MemorySize.ofMebiBytes(32))
                                .build());
    }

    private static Configuration configuration() {
        Configuration options = new Configuration();
        options.set(RestOptions.BIND_PORT, "0");
        options.set(WebOptions.REFRESH_INTERVAL, Duration.ofMillis(100));
        options.set(TaskManagerOptions.CPU_CORES, 4.0);
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.ofMebiBytes(512));
        options.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        return options;
    }
}
