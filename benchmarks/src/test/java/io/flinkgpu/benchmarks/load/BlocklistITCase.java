package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.health.BlocklistCommand;
import io.flinkgpu.deploy.health.FaultsCommand;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a cluster of real processes, whose job manager is killed in between. */
@Timeout(300)
class BlocklistITCase {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String NODE = "gpu-1";
    private static final Pattern UNTIL = Pattern.compile("node +" + NODE + " +- +(\\S+) .* fan");

    @TempDir private Path directory;

    @Test
    void aBlockOutlivesTheJobManager() throws Exception {
        try (TestingCluster cluster =
                TestingCluster.start(directory.resolve("cluster"), ClusterShape.mixed())) {
            assertThat(run(cluster, 1, "add", NODE)).contains("no job with an inference stage");
            assertThat(run(cluster, 1, "remove", "GPU-0"))
                    .contains("Cannot remove 'GPU-0': no job");
            JobRun first = submit(cluster, null);
            await().atMost(LONG).until(() -> lastCheckpoint(first).isPresent());

            assertThat(run(cluster, 0, "list")).contains("Nothing is blocked.");
            assertThat(run(cluster, 0, "add", NODE, "--for=30 min", "--reason=fan"))
                    .contains("Node 'gpu-1' is blocked until");
            assertThat(cluster.isBlocked(NODE)).isTrue();
            assertThat(run(new FaultsCommand(), cluster, 0))
                    .contains("NodeBlocked")
                    .contains("gpu-1")
                    .contains("cause=fan");
            String until = until(cluster);
            assertThat(run(cluster, 1, "remove", NODE))
                    .contains("Cannot remove node 'gpu-1' before its time, which is " + until);
            assertThat(run(cluster, 0, "remove", "GPU-0"))
                    .contains("have been told to use device 'GPU-0' again");

            Path before = lastCheckpoint(first).orElseThrow();
            await().atMost(LONG).until(() -> isLaterThan(before, lastCheckpoint(first)));
            cluster.kill("jobmanager");
            cluster.repair();
            assertThat(cluster.isBlocked(NODE)).as("blocked by a new job manager").isFalse();
            submit(cluster, lastCheckpoint(first).orElseThrow());

            await().atMost(LONG).until(() -> cluster.isBlocked(NODE));
            assertThat(until(cluster)).isEqualTo(until);
        }
    }

    /** A job that goes on for longer than the test, or that goes on from a checkpoint. */
    private JobRun submit(TestingCluster cluster, @Nullable Path checkpoint) throws Exception {
        LoadSpec spec =
                LoadSpec.of(directory.resolve("load"), SimulatedModel.named("echo").ref())
                        .fused()
                        .parallelism(1)
                        .rowsPerSecond(50)
                        .rows(100_000)
                        .checkpointInterval(Duration.ofMillis(500))
                        .build();
        JobSubmitter submitter = new JobSubmitter(cluster.rest()).withJarOf(LoadRun.class);
        if (checkpoint != null) {
            submitter
                    .configuration()
                    .set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
        }
        StreamExecutionEnvironment environment = submitter.environment();
        LoadPipeline.define(environment, spec);
        return submitter.submit(environment, LoadPipeline.JOB);
    }

    private Optional<Path> lastCheckpoint(JobRun job) throws IOException {
        Path checkpoints =
                directory.resolve("load").resolve("checkpoints").resolve(job.id().toString());
        if (!Files.isDirectory(checkpoints)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.filter(path -> Files.exists(path.resolve("_metadata")))
                    .max(Comparator.comparingLong(BlocklistITCase::number));
        }
    }

    private static boolean isLaterThan(Path before, Optional<Path> last) {
        // The one after next surely began after the block.
        return last.isPresent() && number(last.get()) > number(before) + 1;
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    private static String until(TestingCluster cluster) {
        String list = run(cluster, 0, "list");
        Matcher row = UNTIL.matcher(list);
        assertThat(row.find()).as(list).isTrue();
        return row.group(1);
    }

    /** What the command prints, errors included. */
    private static String run(TestingCluster cluster, int expectedExitCode, String... arguments) {
        return run(new BlocklistCommand(), cluster, expectedExitCode, arguments);
    }

    private static String run(
            Object of, TestingCluster cluster, int expectedExitCode, String... arguments) {
        StringWriter text = new StringWriter();
        PrintWriter both = new PrintWriter(text, true);
        CommandLine command =
                new CommandLine(of)
                        .setOut(both)
                        .setErr(both)
                        .setExecutionExceptionHandler(
                                (failure, line, parsed) -> {
                                    line.getErr().println(failure.getMessage());
                                    return 1;
                                });
        String[] all =
                Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--address=" + cluster.rest().getAuthority()))
                        .toArray(String[]::new);
        assertThat(command.execute(all)).as(text.toString()).isEqualTo(expectedExitCode);
        return text.toString();
    }
}
