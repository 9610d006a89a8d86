package io.flinkgpu.deploy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PoolCommandTest {

    @TempDir private Path directory;
    private final TestingFlink flink = new TestingFlink();
    private final StringWriter out = new StringWriter();
    private String failure = "";
    private String model;

    @BeforeEach
    void createModel() throws IOException {
        Path digits = Files.createDirectories(directory.resolve("digits"));
        Files.createFile(digits.resolve("saved_model.pb"));
        model = digits.toString();
    }

    @AfterEach
    void stop() {
        flink.close();
    }

    @Test
    void withoutLocalPoolSaysHowToStartOne() {
        int exitCode =
                run("start", "--name=p", "--model=" + model, "--replicas=1", "--dir=" + directory);

        assertThat(exitCode).isEqualTo(1);
        assertThat(failure)
                .isEqualTo(
                        "Cannot find a pool: no job manager runs in %s. Run './flink-gpu cluster up --kind pool' first, or give --address."
                                .formatted(directory));
    }

    @Test
    void refusesAddressTogetherWithDirectory() {
        int exitCode = run("status", "--address=localhost:8082", "--dir=" + directory);

        assertThat(exitCode).isEqualTo(2);
    }

    @Test
    void refusesAddressWithoutPort() {
        assertThat(run("status", "--address=localhost")).isEqualTo(1);
        assertThat(failure)
                .isEqualTo("Invalid --address: localhost. It must look like localhost:8082.");
    }

    @Test
    void refusesReplicasOutsideOfMinAndMax() {
        assertThat(start("--replicas=5", "--max=4")).isEqualTo(1);
        assertThat(failure)
                .isEqualTo("Invalid --replicas: 5. It must be from --min (1) to --max (4).");
        assertThat(start("--replicas=1", "--min=2")).isEqualTo(1);
        assertThat(failure)
                .isEqualTo("Invalid --replicas: 1. It must be from --min (2) to --max (128).");
        assertThat(start("--replicas=0")).isEqualTo(1);
        assertThat(failure).isEqualTo("Invalid --replicas: 0. It must be at least 1.");
    }

    @Test
    void refusesNameThatIsNoPartOfAddress() {
        int exitCode = run("start", "--name=a/b", "--model=" + model, "--replicas=1", address());

        assertThat(exitCode).isEqualTo(1);
        assertThat(failure).startsWith("Invalid --name: a/b.");
    }

    @Test
    void refusesMissingModelBeforeItAsksFlink() {
        int exitCode =
                run("start", "--name=p", "--model=/no/model", "--replicas=1", "--dir=" + directory);

        assertThat(exitCode).isEqualTo(1);
        assertThat(failure)
                .startsWith("Cannot load model '/no/model': there is no such directory.");
    }

    @Test
    void startNeedsModelAndReplicas() {
        assertThat(run("start", "--name=p", address())).isEqualTo(2);
    }

    @Test
    void scaleWithoutWaitingAsksForTheReplicas() {
        flink.withPool("p", 2, 1, 4);

        int exitCode = run("scale", "--name=p", "--replicas=3", "--no-wait", address());

        assertThat(exitCode).as(failure).isZero();
        assertThat(out.toString()).isEqualTo("Scaling pool 'p' from 2 to 3 replicas.\n");
        assertThat(flink.changes()).anyMatch(change -> change.contains("\"upperBound\":3"));
    }

    @Test
    void stopCancelsThePool() {
        flink.withPool("p", 2, 1, 4);

        assertThat(run("stop", "--name=p", address())).as(failure).isZero();
        assertThat(out.toString()).isEqualTo("Stopping pool 'p'.\n");
        assertThat(flink.changes()).anyMatch(change -> change.startsWith("PATCH /jobs/"));
    }

    @Test
    void statusOfPoolThatIsNotReadyExitsWithOne() {
        flink.withPool("p", 2, 1, 4);

        assertThat(run("status", address())).isEqualTo(1);
        assertThat(failure).isEmpty();
        assertThat(out.toString()).contains("/p: running, 0 of 2 replicas ready (1 to 4)");
    }

    @Test
    void statusOfClusterWithoutPoolSaysSo() {
        assertThat(run("status", address())).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("No pool runs.\n");
    }

    private int start(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "start";
        all[1] = "--name=p";
        all[2] = "--model=" + model;
        all[3] = address();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return run(all);
    }

    private String address() {
        return "--address=" + flink.address().getAuthority();
    }

    private int run(String... arguments) {
        return new CommandLine(new PoolCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .setExecutionExceptionHandler(
                        (exception, command, parsed) -> {
                            failure = String.valueOf(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(arguments);
    }
}
