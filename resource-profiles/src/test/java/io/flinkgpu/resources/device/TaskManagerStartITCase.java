package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts task managers as processes, with the packaged plugin in {@code plugins/}. */
class TaskManagerStartITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path directory;

    private Process taskManager;

    @AfterEach
    void stop() throws InterruptedException {
        if (taskManager != null) {
            taskManager.destroyForcibly().waitFor();
        }
    }

    @Test
    void saysThatDevicesAreSimulated() throws Exception {
        start(2);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(output())
                                        .contains(
                                                "This task manager gives 2 of 2 devices: [simulated"
                                                        + " SIMULATED-GPU-"));
        assertThat(taskManager.isAlive()).isTrue();
    }

    @Test
    void failsWhenTheAmountIsAboveWhatExists() throws Exception {
        start(3);

        assertThat(taskManager.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(taskManager.exitValue()).isNotZero();
        assertThat(output())
                .contains("Invalid external-resource.gpu.amount: 3. 2 devices exist: [simulated");
    }

    private void start(int amount) throws IOException {
        Files.writeString(
                directory.resolve("config.yaml"),
                """
                jobmanager.rpc.address: localhost
                taskmanager.host: localhost
                taskmanager.memory.process.size: 1 gb
                taskmanager.cpu.cores: 1
                taskmanager.memory.task.heap.size: 64 mb
                taskmanager.memory.task.off-heap.size: 0 mb
                taskmanager.memory.network.min: 16 mb
                taskmanager.memory.network.max: 16 mb
                taskmanager.memory.managed.size: 16 mb
                taskmanager.memory.jvm-metaspace.size: 64 mb
                external-resources: gpu
                external-resource.gpu.driver-factory.class: io.flinkgpu.resources.device.GpuDriverFactory
                external-resource.gpu.amount: %d
                external-resource.gpu.simulated.count: 2
                """
                        .formatted(amount));
        Path plugin = Files.createDirectories(directory.resolve("plugins").resolve("gpu"));
        Files.copy(packagedJar(), plugin.resolve("gpu-driver.jar"));
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().put("FLINK_PLUGINS_DIR", plugin.getParent().toString());
        taskManager = builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.add(TaskManagerRunner.class.getName());
        command.addAll(List.of("--configDir", directory.toString()));
        return command;
    }

    private Path log() {
        return directory.resolve("task-manager.log");
    }

    private String output() throws IOException {
        return Files.readString(log());
    }

    private static Path packagedJar() throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(
                        Path.of("target"), "flink-gpu-resource-profiles-*-SNAPSHOT.jar")) {
            return jars.iterator().next();
        }
    }
}
