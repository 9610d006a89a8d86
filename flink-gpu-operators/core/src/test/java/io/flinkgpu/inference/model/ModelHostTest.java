package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelHostTest {

    private static final ModelRef MODEL = TestingModelRuntime.ref("model");
    private static final ModelUse USE = new ModelUse(8, 1, Duration.ofSeconds(60));
    private static final ModelDevice CPU = ModelDevice.cpu();

    private final RecordingTimers timers = new RecordingTimers();
    private final List<ManuallyCompletedModel> models = new CopyOnWriteArrayList<>();
    private final TestingModelRuntime runtime = new TestingModelRuntime(this::newModel);
    private final ModelHost host = new ModelHost(List.of(runtime), timers);
    private final List<ModelClient> clients = new ArrayList<>();

    @AfterEach
    void unloadEverything() {
        clients.forEach(ModelClient::close);
        timers.triggerScheduledTasks();
    }

    @Test
    void loadsAModelOnceForAllClientsOfADevice() throws Exception {
        List<ModelReadiness> readiness = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readiness.add(get(acquire().ready()));
        }

        assertThat(runtime.loads()).isEqualTo(1);
        assertThat(host.modelsLoaded()).isEqualTo(1);
        assertThat(host.modelsHeld()).isEqualTo(1);
        assertThat(readiness).allSatisfy(ready -> assertThat(ready.memoryBytes()).isEqualTo(42));
        assertThat(readiness).containsOnly(readiness.get(0));
    }

    @Test
    void loadsAModelOnEachDevice() throws Exception {
        get(acquire(MODEL, device("gpu-0"), USE).ready());
        get(acquire(MODEL, device("gpu-1"), USE).ready());
        get(acquire(MODEL, device("gpu-1"), USE).ready());

        assertThat(runtime.loads()).isEqualTo(2);
    }

    @Test
    void tellsModelsApartByTheirWholeReference() throws Exception {
        get(acquire(MODEL, CPU, USE).ready());
        get(acquire(MODEL.withSignature("embed"), CPU, USE).ready());
        get(acquire(MODEL.withOption("threads", "1"), CPU, USE).ready());

        assertThat(runtime.loads()).isEqualTo(3);
    }

    @Test
    void namesTheArtifactOfARuntimeThatIsMissing() {
        assertThatThrownBy(() -> host.acquire(ModelRef.savedModel("/models/digits"), CPU, USE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid model runtime: 'tensorflow'. Known runtimes: [testing]. Put"
                                + " io.flinkgpu:flink-gpu-tensorflow and what it depends on into"
                                + " Flink's lib/ directory.");
        assertThatThrownBy(() -> host.acquire(ModelRef.onnx("digits.onnx"), CPU, USE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Put io.flinkgpu:flink-gpu-onnx and what it depends on");
    }

    @Test
    void refusesARuntimeThatItDoesNotHave() {
        ModelRef unknown = new ModelRef("abacus", "model", "main", Map.of());

        assertThatThrownBy(() -> host.acquire(unknown, CPU, USE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid model runtime: 'abacus'. Known runtimes: [testing].");
        assertThat(host.modelsHeld()).isZero();
    }

    @Test
    void returnsWhileTheModelStillLoads() throws Exception {
        CountDownLatch loaded = new CountDownLatch(1);
        ModelHost slowHost =
                host(
                        () -> {
                            loaded.await();
                            return new ManuallyCompletedModel();
                        });

        ModelClient client = track(slowHost.acquire(MODEL, CPU, USE));

        assertThat(client.ready()).isNotDone();
        loaded.countDown();
        assertThat(get(client.ready()).signature().inputs()).hasSize(1);
    }

    @Test
    void runsBatchesThatCameBeforeTheModelWasReady() throws Exception {
        CountDownLatch loaded = new CountDownLatch(1);
        ModelHost slowHost =
                host(
                        () -> {
                            loaded.await();
                            return newModel();
                        });
        ModelClient client = track(slowHost.acquire(MODEL, CPU, USE));
        CompletableFuture<InferenceResult> result = client.infer(batch(1, 2));

        loaded.countDown();
        get(client.ready());
        models.get(0).nextRun().complete();

        assertThat(values(get(result))).containsExactly(1, 2);
    }

    @Test
    void mergesRequestsOfSeveralClientsIntoOneDeviceBatch() throws Exception {
        List<ModelClient> three = List.of(acquire(), acquire(), acquire());
        CompletableFuture<InferenceResult> busy = three.get(0).infer(batch(0));
        ManuallyCompletedModel.Run first = nextRun();

        CompletableFuture<InferenceResult> one = three.get(0).infer(batch(1));
        CompletableFuture<InferenceResult> two = three.get(1).infer(batch(2, 3));
        CompletableFuture<InferenceResult> four = three.get(2).infer(batch(4, 5, 6, 7));
        CompletableFuture<InferenceResult> tooMany = three.get(2).infer(batch(8, 9));
        first.complete();
        ManuallyCompletedModel.Run merged = nextRun();
        merged.complete();
        nextRun().complete();

        assertThat(merged.parts()).containsExactly(List.of(1), List.of(2, 3), List.of(4, 5, 6, 7));
        assertThat(values(get(busy))).containsExactly(0);
        assertThat(values(get(one))).containsExactly(1);
        assertThat(values(get(two))).containsExactly(2, 3);
        assertThat(values(get(four))).containsExactly(4, 5, 6, 7);
        assertThat(values(get(tooMany))).containsExactly(8, 9);
        assertThat(get(two).deviceBatchRows()).isEqualTo(7);
        assertThat(get(two).queueNanos()).isPositive();
        assertThat(get(two).runNanos()).isPositive();
    }

    @Test
    void growsTheLargestDeviceBatchWithItsClients() throws Exception {
        ModelClient small = acquire(MODEL, CPU, new ModelUse(1, 1, Duration.ZERO));
        acquire(MODEL, CPU, new ModelUse(3, 1, Duration.ZERO));
        List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
        results.add(small.infer(batch(0)));
        ManuallyCompletedModel.Run first = nextRun();
        results.add(small.infer(batch(1)));
        results.add(small.infer(batch(2)));
        results.add(small.infer(batch(3)));
        first.complete();

        ManuallyCompletedModel.Run merged = nextRun();
        merged.complete();

        assertThat(merged.parts()).containsExactly(List.of(1), List.of(2), List.of(3));
        for (int i = 0; i < results.size(); i++) {
            assertThat(values(get(results.get(i)))).containsExactly(i);
        }
    }

    @Test
    void cutsAndFillsUpRequestsForAModelOfOneBatchSize() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        TestingModel fixed = new TestingModel(new TensorSpec("x", DataType.INT32, Shape.of(2, 1)));
        ModelHost fixedHost =
                host(
                        () -> {
                            start.await();
                            return fixed;
                        });
        ModelClient client = track(fixedHost.acquire(MODEL, CPU, USE));
        CompletableFuture<InferenceResult> first = client.infer(batch(1, 2));
        CompletableFuture<InferenceResult> second = client.infer(batch(3, 4, 5));
        CompletableFuture<InferenceResult> third = client.infer(batch(6));
        CompletableFuture<InferenceResult> fourth = client.infer(batch(7));

        start.countDown();

        assertThat(values(get(first))).containsExactly(1, 2);
        assertThat(values(get(second))).containsExactly(3, 4, 5);
        assertThat(values(get(third))).containsExactly(6);
        assertThat(get(fourth).deviceBatchRows()).as("merged with the third").isEqualTo(2);
        assertThat(values(get(fourth))).containsExactly(7);
        assertThat(fixed.runSizes()).as("one warm-up, four runs").containsExactly(2, 2, 2, 2, 2);
    }

    @Test
    void runsAsManyDeviceBatchesAtOnceAsAskedFor() throws Exception {
        ModelClient client = acquire(MODEL, CPU, new ModelUse(1, 2, Duration.ZERO));
        CompletableFuture<InferenceResult> one = client.infer(batch(1));
        CompletableFuture<InferenceResult> two = client.infer(batch(2));

        ManuallyCompletedModel.Run first = nextRun();
        ManuallyCompletedModel.Run second = nextRun();
        second.complete();
        first.complete();

        assertThat(values(get(one))).containsExactly(1);
        assertThat(values(get(two))).containsExactly(2);
    }

    @Test
    void aFailedRunFailsItsRequestsAlone() throws Exception {
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> failing = client.infer(batch(1));
        nextRun().fail("Cannot run: out of memory.");
        CompletableFuture<InferenceResult> sound = client.infer(batch(2));
        nextRun().complete();

        assertThatThrownBy(() -> get(failing))
                .cause()
                .isInstanceOf(ModelRunException.class)
                .hasMessage("Cannot run: out of memory.");
        assertThat(values(get(sound))).containsExactly(2);
    }

    @Test
    void aBatchThatDoesNotConformFailsAloneWithoutARun() throws Exception {
        ModelClient client = acquire();
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        Tensor doubles = Tensor.ofDoubles(Shape.of(1, 1), 1);
        CompletableFuture<InferenceResult> wrong =
                client.infer(
                        TensorBatch.of(
                                "x",
                                Tensor.copyOf(
                                        doubles.dataType(),
                                        doubles.shape(),
                                        doubles.data(),
                                        pool)));
        CompletableFuture<InferenceResult> right = client.infer(batch(1));
        nextRun().complete();

        assertThatThrownBy(() -> get(wrong))
                .cause()
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'serving_default': input 'x' expects [-1, -1] int32"
                                + " but got [1, 1] float64.");
        assertThat(values(get(right))).containsExactly(1);
        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void givesTheMemoryOfEveryRequestBackOnce() throws Exception {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> completed = client.infer(pooledBatch(pool, 1));
        nextRun().complete();
        CompletableFuture<InferenceResult> failed = client.infer(pooledBatch(pool, 2));
        nextRun().fail("broken");
        nextRun().complete(); // of the row that passed before
        get(completed).outputs().close();
        assertThatThrownBy(() -> get(failed)).hasMessageContaining("broken");
        CompletableFuture<InferenceResult> running = client.infer(pooledBatch(pool, 3));
        ManuallyCompletedModel.Run run = nextRun();
        CompletableFuture<InferenceResult> withdrawn = client.infer(pooledBatch(pool, 4));

        client.close();
        run.complete();

        assertThat(values(get(running))).containsExactly(3);
        assertThatThrownBy(() -> get(withdrawn)).hasMessageContaining("its client was closed.");
        assertThat(pool.idleBytes()).as("two buffers, each in use twice").isEqualTo(2 * 1024);
    }

    @Test
    void closingAClientWithdrawsItsWaitingRequestsAlone() throws Exception {
        ModelClient leaving = acquire();
        ModelClient staying = acquire();
        CompletableFuture<InferenceResult> running = leaving.infer(batch(1));
        ManuallyCompletedModel.Run first = nextRun();
        CompletableFuture<InferenceResult> waiting = leaving.infer(batch(2));
        CompletableFuture<InferenceResult> ofOther = staying.infer(batch(3));

        leaving.close();
        first.complete();
        nextRun().complete();

        assertThatThrownBy(() -> get(waiting))
                .cause()
                .isInstanceOf(ModelRunException.class)
                .hasMessage(
                        "Cannot run model testing:model#serving_default: its client was closed.");
        assertThat(values(get(running))).containsExactly(1);
        assertThat(values(get(ofOther))).containsExactly(3);
    }

    @Test
    void aClosedClientRunsNothingMore() {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        ModelClient closed = acquire();
        acquire();
        closed.close();
        closed.close();

        CompletableFuture<InferenceResult> late = closed.infer(pooledBatch(pool, 1));

        assertThat(late).isCompletedExceptionally();
        assertThatThrownBy(() -> get(late)).hasMessageContaining("its client was closed.");
        assertThat(pool.idleBytes()).isEqualTo(1024);
        assertThat(timers.getActiveScheduledTasks()).as("the other client stays").isEmpty();
    }

    @Test
    void aCancelledRequestDoesNotRun() throws Exception {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> before = client.infer(batch(1));
        ManuallyCompletedModel.Run first = nextRun();
        CompletableFuture<InferenceResult> cancelled = client.infer(pooledBatch(pool, 2));
        CompletableFuture<InferenceResult> after = client.infer(batch(3));

        cancelled.cancel(false);
        first.complete();
        ManuallyCompletedModel.Run second = nextRun();
        second.complete();

        assertThat(second.parts()).containsExactly(List.of(3));
        assertThat(values(get(before))).containsExactly(1);
        assertThat(values(get(after))).containsExactly(3);
        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void lingersAfterTheLastClientLetGo() throws Exception {
        ModelClient first = acquire();
        get(first.ready());
        first.close();
        assertThat(timers.delays).containsExactly(Duration.ofSeconds(60));

        ModelClient second = acquire();
        timers.triggerScheduledTasks();

        get(second.ready());
        assertThat(runtime.loads()).isEqualTo(1);
        assertThat(models.get(0).isClosed()).isFalse();
    }

    @Test
    void unloadsAfterTheLinger() throws Exception {
        ModelClient client = acquire();
        get(client.ready());

        client.close();
        assertThat(host.modelsHeld()).isEqualTo(1);
        timers.triggerScheduledTasks();

        assertThat(host.modelsHeld()).isZero();
        await().until(() -> models.get(0).isClosed());
    }

    @Test
    void aNewIdlePeriodLingersForItsWholeTime() throws Exception {
        ModelClient first = acquire();
        get(first.ready());
        first.close();
        acquire().close();

        timers.triggerNonPeriodicScheduledTask();
        assertThat(host.modelsHeld()).isEqualTo(1);
        timers.triggerNonPeriodicScheduledTask();

        assertThat(host.modelsHeld()).isZero();
    }

    @Test
    void loadsAgainAfterItWasUnloaded() throws Exception {
        ModelClient first = acquire();
        get(first.ready());
        first.close();
        timers.triggerScheduledTasks();

        get(acquire().ready());

        assertThat(runtime.loads()).isEqualTo(2);
    }

    @Test
    void closesTheModelAfterItsLastRun() throws Exception {
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> result = client.infer(batch(1));
        ManuallyCompletedModel.Run run = nextRun();

        client.close();
        timers.triggerScheduledTasks();
        assertThat(models.get(0).isClosed()).isFalse();
        run.complete();

        assertThat(values(get(result))).containsExactly(1);
        await().until(() -> models.get(0).isClosed());
        assertThat(models.get(0).wasClosedDuringARun()).isFalse();
    }

    @Test
    void closesAModelWhoseClientsLeftWhileItLoaded() throws Exception {
        CountDownLatch loaded = new CountDownLatch(1);
        ModelHost slowHost =
                host(
                        () -> {
                            loaded.await();
                            return newModel();
                        });
        slowHost.acquire(MODEL, CPU, USE).close();
        timers.triggerScheduledTasks();

        loaded.countDown();

        await().until(() -> !models.isEmpty() && models.get(0).isClosed());
    }

    @Test
    void forgetsAModelThatFailedToLoad() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        ModelHost flakyHost =
                host(
                        () -> {
                            if (attempts.getAndIncrement() == 0) {
                                throw new ModelLoadException("Cannot load: disk is away.");
                            }
                            return newModel();
                        });
        ModelClient first = track(flakyHost.acquire(MODEL, CPU, USE));
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        CompletableFuture<InferenceResult> early = first.infer(pooledBatch(pool, 1));
        assertThatThrownBy(() -> get(first.ready()))
                .cause()
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("Cannot load: disk is away.");

        ModelClient second = track(flakyHost.acquire(MODEL, CPU, USE));
        get(second.ready());

        for (CompletableFuture<InferenceResult> result :
                List.of(early, first.infer(pooledBatch(pool, 1)))) {
            assertThatThrownBy(() -> get(result))
                    .cause()
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage("Cannot load: disk is away.");
        }
        await().until(() -> pool.idleBytes() > 0);
        first.close();
        timers.triggerScheduledTasks();
        assertThat(flakyHost.modelsHeld()).as("the second client's model").isEqualTo(1);
    }

    @Test
    void reportsAnErrorOfTheRuntimeAsAFailedLoad() {
        ModelHost brokenHost =
                host(
                        () -> {
                            throw new IllegalStateException("no such symbol");
                        });

        ModelClient client = track(brokenHost.acquire(MODEL, CPU, USE));

        assertThatThrownBy(() -> get(client.ready()))
                .cause()
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model testing:model#serving_default on cpu:"
                                + " java.lang.IllegalStateException: no such symbol");
    }

    @Test
    void readyFailsEvenIfTheHalfLoadedModelCannotBeClosed() {
        ModelHost brokenHost = host(UncloseableModel::new);

        ModelClient client = track(brokenHost.acquire(MODEL, CPU, USE));

        assertThatThrownBy(() -> get(client.ready()))
                .cause()
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("no signature");
    }

    @Test
    void keepsRunningAfterAStrayInterrupt() throws Exception {
        TestingModel interrupting =
                new TestingModel(new TensorSpec("x", DataType.INT32, Shape.of(-1, -1)))
                        .doing(() -> Thread.currentThread().interrupt());
        ModelClient client = track(host(() -> interrupting).acquire(MODEL, CPU, USE));

        assertThat(values(get(client.infer(batch(1))))).containsExactly(1);
        assertThat(values(get(client.infer(batch(2))))).containsExactly(2);
        assertThat(interrupting.isClosed()).isFalse();
    }

    @Test
    void runsInThreadsOfTheHostsClassLoader() throws Exception {
        List<ClassLoader> seen = new CopyOnWriteArrayList<>();
        TestingModel model =
                new TestingModel(new TensorSpec("x", DataType.INT32, Shape.of(-1, -1)))
                        .doing(() -> seen.add(Thread.currentThread().getContextClassLoader()));
        ClassLoader ofTheJob = new ClassLoader("job", getClass().getClassLoader()) {};
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(ofTheJob);
        try {
            ModelClient client = track(host(() -> model).acquire(MODEL, CPU, USE));
            get(client.infer(batch(1)));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }

        assertThat(seen).containsExactly(ModelHost.class.getClassLoader());
    }

    private ManuallyCompletedModel newModel() {
        ManuallyCompletedModel model = new ManuallyCompletedModel();
        models.add(model);
        return model;
    }

    private ModelHost host(TestingModelRuntime.Loader loader) {
        return new ModelHost(List.of(new TestingModelRuntime(loader)), timers);
    }

    @Test
    void failsARequestAtItsDeadlineAndGivesItsMemoryBackWhileTheDeviceIsBusy() throws Exception {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> busy = client.infer(batch(1));
        ManuallyCompletedModel.Run run = nextRun();
        CompletableFuture<InferenceResult> late =
                client.infer(pooledBatch(pool, 2), Deadline.afterNanos(-1));

        timers.triggerScheduledTasks();

        assertThatThrownBy(() -> get(late))
                .hasRootCauseInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("Cannot answer request of 1 rows: its deadline passed");
        assertThat(pool.idleBytes()).isPositive();
        run.complete();
        get(busy).outputs().close();
        assertThat(models.get(0).hasStartedRun()).isFalse();
    }

    @Test
    void neverRunsARequestPastItsDeadlineThoughTheTimerIsLate() throws Exception {
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> busy = client.infer(batch(1));
        ManuallyCompletedModel.Run run = nextRun();
        CompletableFuture<InferenceResult> late = client.infer(batch(2), Deadline.afterNanos(-1));

        run.complete();

        assertThatThrownBy(() -> get(late)).hasRootCauseInstanceOf(DeadlineExceededException.class);
        get(busy).outputs().close();
        assertThat(models.get(0).hasStartedRun()).isFalse();
    }

    @Test
    void givesTheMemoryOfACancelledRequestBackWhileTheDeviceIsBusy() throws Exception {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        ModelClient client = acquire();
        CompletableFuture<InferenceResult> busy = client.infer(batch(1));
        ManuallyCompletedModel.Run run = nextRun();

        client.infer(pooledBatch(pool, 2)).cancel(false);

        assertThat(pool.idleBytes()).isPositive();
        run.complete();
        get(busy).outputs().close();
    }

    @Test
    void showsWhatTheModelIsDoing() throws Exception {
        LocalModelClient client = host.acquire(MODEL, CPU, USE);
        track(client);
        CompletableFuture<InferenceResult> running = client.infer(batch(1, 2));
        ManuallyCompletedModel.Run run = nextRun();
        CompletableFuture<InferenceResult> waiting = client.infer(batch(3, 4, 5));

        ModelActivity busy = client.activity();

        assertThat(busy.runningRows()).isEqualTo(2);
        assertThat(busy.waitingRows()).isEqualTo(3);
        assertThat(busy.oldestRun()).isPositive();
        run.complete();
        get(running).outputs().close();
        nextRun().complete();
        get(waiting).outputs().close();
        assertThat(client.activity().oldestRun()).isZero();
        assertThat(client.activity().sinceLastRun()).isPositive();
    }

    private ModelClient acquire() {
        return acquire(MODEL, CPU, USE);
    }

    private ModelClient acquire(ModelRef model, ModelDevice device, ModelUse use) {
        return track(host.acquire(model, device, use));
    }

    private ModelClient track(ModelClient client) {
        clients.add(client);
        return client;
    }

    private ManuallyCompletedModel.Run nextRun() throws Exception {
        get(clients.get(0).ready());
        return models.get(0).nextRun();
    }

    private static ModelDevice device(String id) {
        return new ModelDevice(id, ModelDevice.Kind.SIMULATED_GPU, 0, 0, 1);
    }

    private static TensorBatch batch(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(values.length, 1), values));
    }

    private static TensorBatch pooledBatch(DirectBufferPool pool, int... values) {
        Tensor tensor = Tensor.ofInts(Shape.of(values.length, 1), values);
        return TensorBatch.of(
                "x", Tensor.copyOf(tensor.dataType(), tensor.shape(), tensor.data(), pool));
    }

    private static List<Integer> values(InferenceResult result) {
        return Arrays.stream(result.outputs().onlyTensor().toInts()).boxed().toList();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /**
     * Remembers how long a linger was to take. The watch over loading and runs is left out: {@link
     * HostedModelFaultTest} looks at it with a real timer.
     */
    private static final class RecordingTimers extends ManuallyTriggeredScheduledExecutorService {
        private final List<Duration> delays = new ArrayList<>();

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(
                Runnable command, long initialDelay, long delay, TimeUnit unit) {
            return new ManuallyTriggeredScheduledExecutorService().schedule(command, delay, unit);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            if (unit.toNanos(delay) == USE.loadTimeout().toNanos()) {
                return scheduleWithFixedDelay(command, delay, delay, unit);
            }
            delays.add(Duration.of(delay, unit.toChronoUnit()));
            return super.schedule(command, delay, unit);
        }
    }

    /** Fails whatever it is asked for. */
    private static final class UncloseableModel implements LoadedModel {
        @Override
        public ModelSignature signature() {
            throw new IllegalStateException("no signature");
        }

        @Override
        public TensorBatch run(List<TensorBatch> parts) {
            throw new IllegalStateException("no run");
        }

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public void close() {
            throw new IllegalStateException("no close");
        }
    }
}
