package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that die and start again, with shell scripts and a REST API that a test answers. */
class LocalClusterRepairTest {

    private static final ProcessSpec JOB_MANAGER =
            new ProcessSpec("jobmanager", ProcessRole.JOB_MANAGER, Map.of(), Map.of());
    private static final ProcessSpec GPU =
            new ProcessSpec(
                    "gpu-1",
                    ProcessRole.TASK_MANAGER,
                    Map.of("custom.key", "7"),
                    Map.of("CUDA_VISIBLE_DEVICES", "3"));

    @TempDir private Path directory;

    /** What the REST API lists in turn, the last one for ever. */
    private final Queue<String> taskManagers = new ConcurrentLinkedQueue<>();

    private Path home;
    private HttpServer server;
    private LocalCluster cluster;

    @BeforeEach
    void startWithScripts() throws IOException {
        home = directory.resolve("dist");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/config.yaml"), "state.backend.type: rocksdb\n");
        script("jobmanager.sh", "exec sleep 300");
        script("taskmanager.sh", "echo \"devices $CUDA_VISIBLE_DEVICES\"; exec sleep 300");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/taskmanagers",
                exchange -> {
                    String answer =
                            taskManagers.size() > 1 ? taskManagers.poll() : taskManagers.peek();
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        cluster = LocalCluster.at(directory.resolve("cluster"));
        launch();
    }

    @AfterEach
    void stop() {
        cluster.stop();
        server.stop(0);
    }

    @Test
    void killedProcessIsKeptAsDead() {
        ProcessRecord killed = cluster.kill("gpu-1");

        assertThat(killed.isAlive()).isFalse();
        assertThat(cluster.processes())
                .extracting(ProcessRecord::name)
                .containsExactly("jobmanager", "gpu-1");
        assertThat(cluster.processes())
                .extracting(ProcessRecord::isAlive)
                .containsExactly(true, false);
        assertThatThrownBy(() -> cluster.kill("gpu-1"))
                .isInstanceOf(ClusterException.class)
                .hasMessage("Cannot kill gpu-1: it does not run.");
    }

    @Test
    void killsNoProcessThatTheClusterDoesNotHave() {
        assertThatThrownBy(() -> cluster.kill("gpu-9"))
                .isInstanceOf(ClusterException.class)
                .hasMessage("Cannot kill gpu-9: the cluster has no such process.");
    }

    @Test
    void startsDeadProcessAsItWas() throws IOException {
        long jobManager = cluster.processes().get(0).pid();
        taskManagers.add(listOf("gpu-1", "pekko://old"));
        cluster.kill("gpu-1");
        taskManagers.add(listOf("gpu-1", "pekko://new"));

        List<ProcessRecord> started = cluster.startMissing();

        assertThat(started).extracting(ProcessRecord::name).containsExactly("gpu-1");
        assertThat(started).allMatch(ProcessRecord::isAlive);
        assertThat(cluster.processes()).containsAll(started).hasSize(2);
        assertThat(cluster.processes().get(0).pid()).isEqualTo(jobManager);
        assertThat(started.get(0).directory().resolve("conf/config.yaml"))
                .content()
                .contains("custom.key: '7'");
        assertThat(started.get(0).outputFile()).content().contains("devices 3");
    }

    @Test
    void formerRegistrationOfDeadTaskManagerDoesNotCount() {
        taskManagers.add(listOf("gpu-1", "pekko://old"));
        cluster.kill("gpu-1");

        assertThatThrownBy(() -> cluster.startMissing(Duration.ofMillis(600)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("gpu-1 did not register within");
    }

    @Test
    void failedRepairLeavesTheOthersRunning() throws IOException {
        taskManagers.add("{\"taskmanagers\": []}");
        cluster.kill("gpu-1");
        script("taskmanager.sh", "exit 1");

        assertThatThrownBy(() -> cluster.startMissing())
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("Cannot start gpu-1: its process ended.");

        assertThat(cluster.processes())
                .extracting(ProcessRecord::isAlive)
                .containsExactly(true, false);
    }

    @Test
    void nothingIsStartedWhereNothingIsMissing() {
        taskManagers.add(listOf("gpu-1", "pekko://gpu-1"));

        assertThat(cluster.startMissing()).isEmpty();
    }

    @Test
    void refusesToRepairClusterOfWhichNothingRuns() {
        cluster.stop();

        assertThatThrownBy(() -> cluster.startMissing())
                .isInstanceOf(ClusterException.class)
                .hasMessageEndingWith("nothing of it runs. Run 'cluster up'.");
    }

    private void launch() throws IOException {
        Files.createDirectories(cluster.directory());
        URI rest = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        ClusterPlan plan =
                new ClusterPlan(rest, home, ClusterShape.pool(1), List.of(JOB_MANAGER, GPU));
        ProcessLauncher launcher = new ProcessLauncher(new Distribution(home), cluster.directory());
        new ClusterStateFile(cluster.directory())
                .write(
                        new ClusterState(
                                plan, List.of(launcher.start(JOB_MANAGER), launcher.start(GPU))));
    }

    private static String listOf(String id, String path) {
        String resources =
                """
                {"cpuCores": 2.0, "taskHeapMemory": 256, "taskOffHeapMemory": 1024,
                 "managedMemory": 0, "networkMemory": 64, "extendedResources": {"gpu": 1.0}}""";
        return """
                {"taskmanagers": [{"id": "%s", "path": "%s", "slotsNumber": 1, "freeSlots": 1,
                  "totalResource": %s, "freeResource": %s}]}"""
                .formatted(id, path, resources, resources);
    }

    private void script(String name, String commands) throws IOException {
        Path script = home.resolve("bin").resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + commands + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }
}
