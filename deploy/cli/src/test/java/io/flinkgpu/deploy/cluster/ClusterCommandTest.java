package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClusterCommandTest {

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();
    private String failure = "";

    @Test
    void onlyPoolTakesNumberOfTaskManagers() {
        assertThat(run("up", "--kind=cpu", "--task-managers=2")).isEqualTo(1);
        assertThat(failure)
                .startsWith("Invalid number of task managers: 2. Only a cluster of kind");
        assertThat(run("up", "--kind=pool", "--task-managers=0")).isEqualTo(1);
        assertThat(failure)
                .startsWith("Invalid number of task managers: 0. It must be at least 1.");
    }

    @Test
    void refusesUnknownKind() {
        assertThat(run("up", "--kind=gpu")).isEqualTo(2);
    }

    @Test
    void refusesKindOtherThanTheOneThatRuns() throws IOException {
        Process sleep = new ProcessBuilder("sleep", "300").start();
        try {
            runs(sleep, ClusterShape.mixed());

            assertThat(run("up", "--kind=cpu")).isEqualTo(1);
            assertThat(failure)
                    .isEqualTo(
                            "Cannot start a cluster of kind 'cpu' in %s: one of kind 'mixed' runs there. Run 'cluster down' first, or choose another --dir."
                                    .formatted(directory));
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void refusesOptionsThatTheRunningClusterHasNot() throws IOException {
        Process sleep = new ProcessBuilder("sleep", "300").start();
        try {
            runs(sleep, ClusterShape.pool(2));

            assertThat(
                            run(
                                    "up",
                                    "--kind=pool",
                                    "--task-managers=5",
                                    "--port=9000",
                                    "--simulated",
                                    "-Dheartbeat.timeout=9 s",
                                    "-Drest.port=1",
                                    "-Dmore=1"))
                    .isEqualTo(1);
            assertThat(failure)
                    .isEqualTo(
                            "Cannot start the cluster in %s: it runs already, with other options: --task-managers is 1, not 5, --port is 1, not 9000, its devices are real, not --simulated, -D heartbeat.timeout is 8 s, not 9 s, -D more is not set. Leave them out, or run 'cluster down' first."
                                    .formatted(directory));
        } finally {
            sleep.destroyForcibly();
        }
    }

    private void runs(Process process, ClusterShape shape) {
        ProcessSpec spec =
                new ProcessSpec(
                        "jobmanager",
                        ProcessRole.JOB_MANAGER,
                        Map.of("rest.port", "1", "heartbeat.timeout", "8 s"),
                        Map.of());
        ProcessSpec gpu =
                new ProcessSpec(
                        "gpu-1", ProcessRole.TASK_MANAGER, Map.of("rest.port", "1"), Map.of());
        ClusterPlan plan =
                new ClusterPlan(
                        URI.create("http://localhost:1"), directory, shape, List.of(spec, gpu));
        new ClusterStateFile(directory)
                .write(
                        new ClusterState(
                                plan,
                                List.of(ProcessRecord.of(spec, process.toHandle(), directory))));
    }

    private int run(String... arguments) {
        String[] all = List.of(arguments).toArray(new String[arguments.length + 1]);
        all[arguments.length] = "--dir=" + directory;
        return new CommandLine(new ClusterCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .setExecutionExceptionHandler(
                        (exception, command, parsed) -> {
                            failure = String.valueOf(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(all);
    }
}
