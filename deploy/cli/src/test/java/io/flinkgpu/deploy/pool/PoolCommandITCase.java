package io.flinkgpu.deploy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against real processes from the assembled distribution. */
class PoolCommandITCase {

    private static final Path MODEL =
            Path.of("src/main/dist/examples/digits/model").toAbsolutePath();

    @TempDir private Path directory;
    private LocalCluster cluster;

    @BeforeEach
    void startCluster() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        cluster = LocalCluster.at(directory.resolve("pool"));
        cluster.start(
                ClusterSpec.of(new Distribution(home), ClusterShape.pool(2))
                        .withDevices(GpuDevices.simulated())
                        .withRestPort(0));
    }

    @AfterEach
    void stopCluster() {
        if (cluster != null) {
            cluster.stop();
        }
    }

    @Test
    void startsShowsScalesAndStopsPool() throws Exception {
        String address = "flink://" + cluster.address().orElseThrow().rest().getAuthority();

        assertThat(run(0, "start", "--name=digits", "--model=digits=" + MODEL, "--replicas=1"))
                .contains("1 of 1 replicas ready")
                .contains("FLINK_GPU_MODE=separated FLINK_GPU_POOL=" + address + "/digits");
        assertThat(replicas(status(0))).isEqualTo(1);
        assertThat(status(0).path("replicas").path(0).path("models").path(0).path("name").asText())
                .isEqualTo("digits");

        run(0, "scale", "--name=digits", "--replicas=2");

        assertThat(replicas(status(0))).isEqualTo(2);
        assertThat(status(0).path("maxReplicas").asInt()).isEqualTo(128);

        run(0, "scale", "--name=digits", "--replicas=1");
        run(0, "stop", "--name=digits");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(run(1, "status")).isEqualTo("No pool runs.\n"));
    }

    private JsonNode status(int exitCode) throws IOException {
        return new ObjectMapper()
                .readTree(run(exitCode, "status", "--name=digits", "--json"))
                .path(0);
    }

    private static int replicas(JsonNode status) {
        return status.path("replicasReady").asInt();
    }

    private String run(int expectedExitCode, String... arguments) {
        StringWriter out = new StringWriter();
        String[] all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--dir=" + cluster.directory();
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(new PoolCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(all);
        assertThat(exitCode).as(err.toString()).isEqualTo(expectedExitCode);
        return out.toString();
    }
}
