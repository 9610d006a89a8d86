package io.flinkgpu.benchmarks.load;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A cluster of processes from the assembled distribution that notices a killed task manager within
 * seconds, with simulated devices. It ends with the test that closes it.
 */
record TestingCluster(LocalCluster cluster) implements AutoCloseable {

    private static final Map<String, String> OVERRIDES =
            Map.of(
                    "heartbeat.interval",
                    "1 s",
                    "heartbeat.timeout",
                    "8 s",
                    "slow-task-detector.check-interval",
                    "5 s");

    /** Starts one; the test is skipped where there is no distribution. */
    static TestingCluster start(Path directory, ClusterShape shape) {
        LocalCluster cluster = LocalCluster.at(directory);
        cluster.start(
                ClusterSpec.of(distribution(), shape)
                        .withDevices(GpuDevices.simulated())
                        .withOverrides(OVERRIDES)
                        .withRestPort(0));
        return new TestingCluster(cluster);
    }

    private static Distribution distribution() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        return new Distribution(home);
    }

    /** The root of its REST API. */
    URI rest() {
        return cluster.address().orElseThrow().rest();
    }

    /** The process of a task manager, or of the job manager. */
    long pid(String name) {
        return cluster.processes().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** The task manager of a device: the id of a simulated one holds the id of its process. */
    String nodeOf(String device) {
        return cluster.processes().stream()
                .filter(process -> device.contains("-" + process.pid() + "-"))
                .findFirst()
                .orElseThrow()
                .name();
    }

    /** Whether Flink places nothing new on it. */
    boolean isBlocked(String taskManager) {
        return new FlinkRestClient(rest()).blockedTaskManagers().contains(taskManager);
    }

    /** With SIGKILL. */
    void kill(String name) {
        cluster.kill(name);
    }

    /** Starts again what was killed. */
    void repair() {
        cluster.startMissing();
    }

    @Override
    public void close() {
        cluster.stop();
    }
}
