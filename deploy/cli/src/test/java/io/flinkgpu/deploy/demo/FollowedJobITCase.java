package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.deploy.embedded.EmbeddedDevices;
import io.flinkgpu.deploy.embedded.EmbeddedFlink;
import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.deploy.observe.ProgressReader;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.examples.DigitsJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a job while it runs, and when it does not end well. */
class FollowedJobITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private EmbeddedFlink flink;
    private DemoConfig config;

    @BeforeEach
    void startFlink() throws Exception {
        config =
                TestingArguments.parse(
                                "--input=" + TestImages.list(directory, 200),
                                "--model=" + DemoCli.DIGITS.resolve("model"),
                                "--profiles=" + DemoCli.DIGITS.resolve("profiles.yaml"),
                                "--output=" + directory.resolve("output"),
                                "--repeat=2000")
                        .toConfig();
        flink =
                EmbeddedFlink.start(
                        config.stages(),
                        config.parallelism(),
                        EmbeddedDevices.simulated(2),
                        Map.of("web.checkpoints.history", "7"));
    }

    @AfterEach
    void stopFlink() throws Exception {
        if (flink != null) {
            flink.close();
        }
    }

    @Test
    void progressShowsRowsBatchesAndCheckpoints() throws Exception {
        JobRun job = DemoJob.submit(flink.address(), config);
        ProgressReader reader = new ProgressReader(job, DigitsJob.CLASSIFY, DemoJob.SINKS);

        Progress progress = await().atMost(TIMEOUT).until(reader::read, this::showsEverything);

        assertThat(progress.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(progress.elapsed()).isPositive();
        assertThat(progress.rowsRead()).isPositive();
        assertThat(progress.meanBatchSize()).isBetween(1.0, 32.0);
        assertThat(progress.inFlight()).isBetween(0L, 2 * 4 * 32L);
        assertThat(progress.lastCheckpointMillis().getAsLong()).isNotNegative();
        job.requestCancel();
    }

    @Test
    void optionsWinOverThoseOfTheFlinkInThisProcess() {
        FlinkRestClient client = new FlinkRestClient(flink.address());

        await().atMost(TIMEOUT)
                .ignoreExceptions() // until there is a leader
                .untilAsserted(
                        () ->
                                assertThat(client.jobManagerOptions())
                                        .containsEntry("web.checkpoints.history", "7"));
    }

    @Test
    void saysWhichProfileWaitsForSlots() throws Exception {
        JobRun first = DemoJob.submit(flink.address(), config);
        await().atMost(TIMEOUT).until(first::isRunning);
        JobRun second = DemoJob.submit(flink.address(), config);
        SlotWait wait = new SlotWait(config);

        String text =
                await().atMost(TIMEOUT)
                        .until(() -> wait.describe(second), Optional::isPresent)
                        .get();

        assertThat(wait.describe(first)).isEmpty();
        assertThat(text)
                .contains("profile 'decode' waits for 2 more slots with cpu 0.500, ")
                .contains("gpus 0, for 'Source: files")
                .contains("profile 'inference' waits for 2 more slots with cpu 0.500, ")
                .contains("gpus 1, for 'classify'")
                .endsWith("gpus 0).");
    }

    @Test
    void cancelledJobIsAnError() throws Exception {
        JobRun job = DemoJob.submit(flink.address(), config);
        ProgressReader reader = new ProgressReader(job, DigitsJob.CLASSIFY, DemoJob.SINKS);
        await().atMost(TIMEOUT).until(() -> reader.read().rowsRead() > 0);
        job.requestCancel();

        StringWriter out = new StringWriter();
        DemoRun run = new DemoRun(job, config, null);

        assertThatThrownBy(() -> run.follow(new ProgressLine(new PrintWriter(out), false, 32)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot finish job " + job.id())
                .hasMessageContaining("cancelled");
    }

    private boolean showsEverything(Progress progress) {
        return progress.rowsDone() > 0
                && progress.batches() > 0
                && progress.lastCheckpointMillis().isPresent();
    }
}
