package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.model;
import static io.flinkgpu.inference.python.PythonModels.batch;
import static io.flinkgpu.inference.python.PythonModels.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exceptions, crashes and runs that do not end; a row's number says what it does. */
@Timeout(120)
class WorkerFaultTest {

    private static final int HANGS = 7;

    private final PythonModels models = new PythonModels();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void requirePython() {
        PythonInterpreters.assumeNumpy();
    }

    @AfterEach
    void close() {
        models.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "1, DATA, 'ValueError: a bad row (models.py:'",
        "2, OUT_OF_MEMORY, 'MemoryError: too much (models.py:'",
        "3, UNKNOWN, 'RuntimeError: who knows (models.py:'",
    })
    void anExceptionComesWithItsTypeAndTraceback(int row, ErrorClass errorClass, String message)
            throws Exception {
        LoadedPythonModel faulty = models.load("Faulty");
        long pid = pid(faulty);

        Throwable failure = catchThrowable(() -> run(faulty, batch(0, row)));

        assertThat(failure).hasMessageContaining(message).message().doesNotContain("\n");
        assertThat(failure.getCause())
                .isInstanceOf(PythonException.class)
                .hasMessageStartingWith("Traceback (most recent call last):\n  File \"")
                .hasMessageContaining("self.ACTIONS[action]()");
        assertThat(ErrorClasses.of(failure)).isEqualTo(errorClass);
        assertThat(pid(faulty)).isEqualTo(pid);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 'ended with exit code 7. It wrote last: about to do 4'",
        "5, 'was ended by signal 11 (SIGSEGV). It wrote last: about to do 5 | Fatal Python error: Segmentation fault |'",
        "6, 'was ended by signal 9 (SIGKILL, as the system does where memory runs out)'",
        "8, 'ended with exit code 3'",
    })
    void aCrashCostsTheWorkerAndTellsHow(int row, String message) throws Exception {
        LoadedPythonModel faulty = models.load("Faulty");
        long pid = pid(faulty);

        Throwable failure = catchThrowable(() -> run(faulty, batch(0, row)));

        assertThat(failure).hasMessageContaining(message);
        assertThat(ErrorClasses.of(failure)).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(pid(faulty)).isNotEqualTo(pid);
    }

    @Test
    void aRunThatDoesNotEndCostsTheWorkerAlone() throws Exception {
        LoadedPythonModel faulty = models.load("Faulty");
        long pid = pid(faulty);
        CompletableFuture<TensorBatch> hanging = async(faulty, HANGS);
        await().until(() -> hasBatches(faulty, 1));
        CompletableFuture<TensorBatch> behind = async(faulty, 0);
        await().until(() -> hasBatches(faulty, 2));

        assertThat(faulty.endRuns(Duration.ofHours(1))).isTrue();
        assertThat(hanging).isNotDone();
        assertThat(faulty.endRuns(Duration.ZERO)).isTrue();

        assertThatThrownBy(hanging::join)
                .hasMessageContaining("its worker was ended: a run has lasted for more than 0 ms");
        assertThat(behind.get(60, TimeUnit.SECONDS).tensor("pid").toLongs()[0])
                .isNotEqualTo(pid)
                .isEqualTo(pid(faulty));
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive)).isNotEqualTo(true);
    }

    @Test
    void whatTheCodeHasStartedEndsWithIt() throws Exception {
        LoadedPythonModel parent = models.load("WithChild");
        long child = run(parent, batch(0)).tensor("child").toLongs()[0];
        assertThat(isAlive(child)).isTrue();
        CompletableFuture<TensorBatch> hanging = async(parent, HANGS);
        await().until(() -> hasBatches(parent, 1));

        assertThat(parent.endRuns(Duration.ZERO)).isTrue();

        await().until(() -> !isAlive(child));
        assertThat(hanging).failsWithin(Duration.ofSeconds(60));
        long other = run(parent, batch(0)).tensor("child").toLongs()[0];
        parent.workers().get(0).close();
        await().until(() -> !isAlive(other));
    }

    @Test
    void aWorkerThatDoesNotStartAgainLosesTheDevice(@TempDir Path directory) throws Exception {
        LoadedPythonModel once =
                models.load(
                        model("StartsOnce").argument("mark", directory.resolve("mark").toString()));
        run(once, batch(0)).close();
        assertThatThrownBy(() -> run(once, batch(1))).hasMessageContaining("exit code 1");

        assertThatThrownBy(() -> run(once, batch(0)))
                .isInstanceOf(DeviceLostException.class)
                .hasMessageContaining("Cannot start another worker")
                .hasMessageContaining("RuntimeError: the second start fails");
    }

    @Test
    void oneThatEndsBetweenBatchesIsReplaced() throws Exception {
        LoadedPythonModel faulty = models.load("Faulty");
        long pid = pid(faulty);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await().until(() -> faulty.workers().get(0).end().isDone());

        assertThat(pid(faulty)).isNotEqualTo(pid);
    }

    @Test
    void anAsyncWorkerThatEndsFailsAllThatItHas() throws Exception {
        LoadedPythonModel rendezvous = models.load(model("Rendezvous").maxConcurrency(4));
        CompletableFuture<TensorBatch> waiting = async(rendezvous, 1);
        await().until(() -> hasBatches(rendezvous, 1));

        ProcessHandle.of(rendezvous.workers().get(0).pid()).orElseThrow().destroyForcibly();

        assertThatThrownBy(waiting::join).hasMessageContaining("signal 9");
    }

    /** Another JVM loads a model whose run hangs in native code, and is killed. */
    @Test
    void noWorkerOutlivesItsJvm() throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OrphanedWorker.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            List<Long> pids = OrphanedWorker.readPids(jvm.inputReader());
            assertThat(pids).hasSize(2).allMatch(WorkerFaultTest::isAlive);

            jvm.destroyForcibly();

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> pids.stream().noneMatch(WorkerFaultTest::isAlive));
        } finally {
            jvm.destroyForcibly();
        }
    }

    private long pid(LoadedPythonModel model) throws Exception {
        try (TensorBatch outputs = run(model, batch(0))) {
            return outputs.tensor("pid").toLongs()[0];
        }
    }

    private CompletableFuture<TensorBatch> async(LoadedPythonModel model, int row) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return run(model, batch(row));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure.getMessage(), failure);
                    }
                },
                threads);
    }

    private static boolean hasBatches(LoadedPythonModel model, int count) {
        return model.workers().get(0).batches() == count;
    }

    /** A process that has ended and waits for its parent to ask counts as ended. */
    private static boolean isAlive(long pid) {
        File status = new File("/proc/" + pid + "/status");
        if (!status.exists()) {
            return false;
        }
        try {
            return Files.readAllLines(status.toPath()).stream()
                    .noneMatch(line -> line.startsWith("State:") && line.contains("Z"));
        } catch (IOException ended) {
            return false;
        }
    }
}
