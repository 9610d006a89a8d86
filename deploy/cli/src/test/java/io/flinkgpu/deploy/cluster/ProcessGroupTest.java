package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessGroupTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killLeftovers() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void endsProcessesBySigterm() throws IOException {
        ProcessRecord first = start("echo ready; exec sleep 300");
        ProcessRecord second = start("echo ready; exec sleep 300");

        new ProcessGroup(List.of(first, second)).terminate(LONG, LONG);

        assertThat(first.isAlive()).isFalse();
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    void killsProcessThatIgnoresSigterm() throws IOException {
        ProcessRecord stubborn = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");

        new ProcessGroup(List.of(stubborn)).terminate(Duration.ofMillis(300), LONG);

        assertThat(stubborn.isAlive()).isFalse();
    }

    @Test
    void sparesProcessThatGotTheIdOfAnEndedOne() throws IOException {
        ProcessRecord innocent = start("echo ready; exec sleep 300");
        ProcessRecord ended =
                new ProcessRecord(
                        innocent.name(),
                        innocent.role(),
                        innocent.pid(),
                        innocent.startedAtMillis() - 60_000,
                        innocent.directory());

        new ProcessGroup(List.of(ended)).terminate(LONG, LONG);

        assertThat(ended.isAlive()).isFalse();
        assertThat(innocent.isAlive()).isTrue();
    }

    /** Starts a shell and waits for its first line. */
    private ProcessRecord start(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        started.add(process);
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("ready");
        ProcessSpec spec = new ProcessSpec("cpu-1", ProcessRole.TASK_MANAGER, Map.of(), Map.of());
        return ProcessRecord.of(spec, process.toHandle(), Path.of("."));
    }
}
