package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The local cluster with shell scripts in the place of Flink's processes. */
class LocalClusterTest {

    @TempDir private Path directory;
    private Path home;
    private LocalCluster cluster;

    @BeforeEach
    void createDistribution() throws IOException {
        home = directory.resolve("dist");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/config.yaml"), "state.backend.type: rocksdb\n");
        cluster = LocalCluster.at(directory.resolve("cluster"));
        script("jobmanager.sh", "exec sleep 300");
        script("taskmanager.sh", "exec sleep 300");
    }

    @Test
    void failedStartShowsTheLogOfTheEndedProcessAndLeavesNothing() throws IOException {
        script("taskmanager.sh", "echo 'no devices' >\"$FLINK_GPU_LOG_FILE\"; exit 1");

        assertThatThrownBy(() -> cluster.start(spec()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("its process ended")
                .hasMessageContaining("process.log:")
                .hasMessageContaining("no devices");
        assertThat(cluster.status()).isEmpty();
        assertThat(cluster.stop()).isEmpty();
    }

    @Test
    void leavesADirectoryAloneThatIsNotItsOwn() throws IOException {
        Path mine = Files.createDirectories(cluster.directory().resolve("gpu-1"));
        Path thesis = Files.writeString(mine.resolve("thesis.txt"), "three years of work");

        assertThatThrownBy(() -> cluster.start(spec()))
                .isInstanceOf(ClusterException.class)
                .hasMessage(
                        "Cannot start gpu-1: %s was not made by 'cluster up', which would delete it. Choose another directory by --dir, or move this one away.",
                        mine);
        assertThat(thesis).hasContent("three years of work");
        assertThat(cluster.status()).isEmpty();
    }

    @Test
    void replacesWhatAFormerProcessOfTheSameNameLeft() throws IOException {
        assertThatThrownBy(() -> cluster.start(spec().withStartTimeout(Duration.ofMillis(500))))
                .isInstanceOf(ClusterException.class);
        Path left = Files.writeString(cluster.directory().resolve("gpu-1/left"), "behind");

        assertThatThrownBy(() -> cluster.start(spec().withStartTimeout(Duration.ofMillis(500))))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("did not register");
        assertThat(left).doesNotExist();
    }

    @Test
    void startThatTakesTooLongNamesTheMissingTaskManagers() {
        assertThatThrownBy(() -> cluster.start(spec().withStartTimeout(Duration.ofMillis(500))))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("cpu-1, gpu-1, gpu-2 did not register");
        assertThat(cluster.address()).isEmpty();
    }

    @Test
    void haltedStartLaunchesNothing() {
        ClusterStateFile stateFile = new ClusterStateFile(directory);
        ClusterState planned = new ClusterState(ClusterPlan.of(spec()), List.of());
        ClusterStart start = new ClusterStart(planned, directory, stateFile, Duration.ofSeconds(1));

        start.halt();

        assertThatThrownBy(start::run)
                .isInstanceOf(ClusterException.class)
                .hasMessage("Cannot start jobmanager: this program is about to end.");
        assertThat(stateFile.read()).isEmpty();
        assertThat(directory.resolve("jobmanager")).doesNotExist();
    }

    /** As Ctrl-C does, when some of the processes run and others do not yet. */
    @ParameterizedTest
    @ValueSource(strings = {"jobmanager", "cpu-1", "gpu-2"})
    void interruptedStartLeavesNothing(String seen) throws Exception {
        Path mine = directory.resolve("interrupted");
        Process up =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-D" + Distribution.HOME_PROPERTY + "=" + home,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.flinkgpu.deploy.cli.FlinkGpuCli",
                                "cluster",
                                "up",
                                "--simulated",
                                "--port=0",
                                "--dir=" + mine)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("up.out").toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(mine.resolve(seen)));

            assertThat(
                            new ProcessBuilder("kill", interrupt(), Long.toString(up.pid()))
                                    .start()
                                    .waitFor())
                    .isZero();

            assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(processesIn(mine)).isEmpty());
            assertThat(LocalCluster.at(mine).status()).isEmpty();
        } finally {
            up.destroyForcibly();
        }
    }

    /**
     * The signal of Ctrl-C; SIGTERM, which ends a JVM in the same way, where this process was
     * started in the background of a shell: then SIGINT is ignored, also by its children.
     */
    private static String interrupt() throws IOException {
        long sigint = 1L << (2 - 1);
        boolean ignored =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> line.substring("SigIgn:".length()).strip())
                        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & sigint) != 0);
        return ignored ? "-TERM" : "-INT";
    }

    /** The command lines of the processes that work below a directory. */
    private static List<String> processesIn(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                try {
                    if (Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory)) {
                        found.add(Files.readString(process.resolve("cmdline")));
                    }
                } catch (IOException gone) {
                    // it has ended, or is somebody else's
                }
            }
        }
        return found;
    }

    @Test
    void refusesTakenPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> cluster.start(spec().withRestPort(port)))
                    .isInstanceOf(ClusterException.class)
                    .hasMessage(
                            "Cannot start the cluster: port %d is taken. Choose another one by --port, or 0 for any."
                                    .formatted(port));
        }
    }

    @Test
    void refusesToStopWhileAnotherCommandWorks() {
        ClusterLock other = new ClusterLock(cluster.directory());

        assertThatThrownBy(() -> other.hold("start", cluster::stop))
                .isInstanceOf(ClusterException.class)
                .hasMessageEndingWith("another command starts or stops it.");
    }

    @Test
    void writesTheConfigurationOfEachProcess() throws IOException {
        script("taskmanager.sh", "exit 1");
        ClusterSpec spec = spec().withOverrides(Map.of("custom.key", "it's: #1"));

        assertThatThrownBy(() -> cluster.start(spec)).isInstanceOf(ClusterException.class);

        assertThat(cluster.directory().resolve("cpu-1/conf/config.yaml"))
                .content()
                .contains("state.backend.type: 'rocksdb'")
                .contains("taskmanager.resource-id: 'cpu-1'")
                .contains("custom.key: 'it''s: #1'");
    }

    @Test
    void refusesDirectoryThatIsNoDistribution() {
        assertThatThrownBy(() -> new Distribution(directory))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("Cannot use distribution " + directory);
    }

    @Test
    void refusesPortOutOfRange() {
        assertThatThrownBy(() -> spec().withRestPort(65536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid port: 65536.");
        assertThat(spec().withRestPort(65535).restPort()).isEqualTo(65535);
    }

    private ClusterSpec spec() {
        return ClusterSpec.of(new Distribution(home))
                .withDevices(GpuDevices.simulated())
                .withRestPort(0);
    }

    private void script(String name, String commands) throws IOException {
        Path script = home.resolve("bin").resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + commands + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }
}
