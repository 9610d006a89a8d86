package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host does when devices fail, runs do not end, or memory is short. */
@Timeout(60)
class HostedModelFaultTest {

    private static final ModelRef MODEL = TestingModelRuntime.ref("model");
    private static final ModelDevice DEVICE =
            new ModelDevice("gpu-0", ModelDevice.Kind.SIMULATED_GPU, 0, 0, 0);
    private static final TensorSpec INPUT =
            new TensorSpec("x", DataType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RecordingListener heard = new RecordingListener();
    private final List<LocalModelClient> clients = new ArrayList<>();
    private final List<ManuallyCompletedModel> loaded = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        clients.forEach(ModelClient::close);
        timer.shutdownNow();
    }

    @Test
    void aStuckRunCostsItsThreadAndNotItsRows() throws Exception {
        ModelHost host = manualHost();
        LocalModelClient client = acquire(host, use(Duration.ofMillis(100)));
        CompletableFuture<InferenceResult> running = client.infer(batch(1));
        ManuallyCompletedModel.Run stuck = awaitRun(0);
        CompletableFuture<InferenceResult> waiting = client.infer(batch(2));

        assertThatThrownBy(() -> get(running))
                .isInstanceOf(DeviceLostException.class)
                .hasMessageContaining("a run is stuck since")
                .satisfies(lost -> assertThat(mayBeCausedByRows(lost)).isTrue());
        assertThatThrownBy(() -> get(waiting))
                .isInstanceOf(DeviceLostException.class)
                .satisfies(lost -> assertThat(mayBeCausedByRows(lost)).isFalse());
        assertThat(client.isLost()).isTrue();
        assertThat(heard.events).containsExactly("stuck gpu-0");

        LocalModelClient next = acquire(host, use(Duration.ofSeconds(60)));
        CompletableFuture<InferenceResult> again = next.infer(batch(1));
        awaitRun(1).complete();
        assertThat(get(again).outputs().rows()).isEqualTo(1);

        stuck.complete();
        await().until(() -> loaded.get(0).isClosed());
        assertThat(loaded.get(0).wasClosedDuringARun()).isFalse();
    }

    @Test
    void aRunThatItsModelEndsCostsNeitherThreadNorDevice() throws Exception {
        ModelHost host =
                host(
                        new TestingModelRuntime(
                                () -> {
                                    loaded.add(new ManuallyCompletedModel().endingItsFirstRun());
                                    return loaded.get(0);
                                }));
        LocalModelClient client = acquire(host, use(Duration.ofMillis(100)));
        CompletableFuture<InferenceResult> running = client.infer(batch(1));
        awaitRun(0);
        CompletableFuture<InferenceResult> waiting = client.infer(batch(2));

        assertThatThrownBy(() -> get(running)).hasMessage("it was ended");
        awaitRun(0).complete();

        assertThat(get(waiting).outputs().rows()).isEqualTo(1);
        assertThat(client.isLost()).isFalse();
        assertThat(heard.events).containsExactly("failed gpu-0 UNKNOWN");
    }

    @Test
    void runsAsManyBatchesAtOnceAsItsModelGainsFrom() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        TestingModel model =
                new TestingModel(INPUT)
                        .ofRunsAtOnce(2)
                        .doing(
                                () -> {
                                    both.countDown();
                                    await().until(() -> both.getCount() == 0);
                                });
        LocalModelClient client =
                acquire(host(new TestingModelRuntime(() -> model)), use(Duration.ofSeconds(60)));

        CompletableFuture<InferenceResult> one = client.inferAlone(batch(1), Deadline.none());
        CompletableFuture<InferenceResult> two = client.inferAlone(batch(2), Deadline.none());

        assertThat(get(one).outputs().rows()).isEqualTo(1);
        assertThat(get(two).outputs().rows()).isEqualTo(1);
    }

    @Test
    void aFatalErrorGivesTheDeviceUp() throws Exception {
        TestingModel broken =
                new TestingModel(INPUT)
                        .failingAs(ErrorClass.FATAL_DEVICE)
                        .doing(
                                () -> {
                                    throw new IllegalStateException("CUDA_ERROR_LAUNCH_FAILED");
                                });
        LocalModelClient client =
                acquire(host(new TestingModelRuntime(() -> broken)), use(Duration.ofSeconds(60)));

        assertThatThrownBy(() -> get(client.infer(batch(1))))
                .isInstanceOf(DeviceLostException.class)
                .hasMessageContaining("device gpu-0 is lost")
                .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
        assertThat(client.isLost()).isTrue();
        assertThatThrownBy(() -> get(client.infer(batch(2))))
                .isInstanceOf(DeviceLostException.class);
        assertThat(heard.events).containsExactly("failed gpu-0 FATAL_DEVICE");
        await().until(broken::isClosed);
    }

    @Test
    void noRequestFailsForAnother() throws Exception {
        LocalModelClient client = acquire(manualHost(), use(Duration.ofSeconds(60)));
        CompletableFuture<InferenceResult> busy = client.infer(batch(0));
        ManuallyCompletedModel.Run first = awaitRun(0);
        CompletableFuture<InferenceResult> good = client.infer(batch(1, 2));
        CompletableFuture<InferenceResult> bad = client.infer(batch(3));
        first.complete();
        ManuallyCompletedModel model = loaded.get(0);
        model.nextRun().fail("a row is bad");
        completeControl(model);
        model.nextRun().complete();
        model.nextRun().fail("a row is bad");
        completeControl(model);

        get(busy).outputs().close();
        assertThat(get(good).outputs().onlyTensor().toInts()).containsExactly(1, 2);
        assertThatThrownBy(() -> get(bad)).hasMessage("a row is bad");
    }

    @Test
    void sharesNoRunWithARequestThatIsToBeAlone() throws Exception {
        LocalModelClient client = acquire(manualHost(), use(Duration.ofSeconds(60)));
        CompletableFuture<InferenceResult> busy = client.infer(batch(0));
        ManuallyCompletedModel.Run first = awaitRun(0);
        List<CompletableFuture<InferenceResult>> waiting =
                List.of(
                        client.infer(batch(1)),
                        client.inferAlone(batch(2), Deadline.none()),
                        client.infer(batch(3)),
                        client.infer(batch(4)));
        first.complete();
        get(busy).outputs().close();

        for (List<List<Integer>> parts :
                List.of(
                        List.of(List.of(1)),
                        // the control row in front of it
                        List.of(List.of(0)),
                        List.of(List.of(2)),
                        List.of(List.of(3), List.of(4)))) {
            ManuallyCompletedModel.Run run = loaded.get(0).nextRun();
            assertThat(run.parts()).isEqualTo(parts);
            run.complete();
        }
        for (CompletableFuture<InferenceResult> each : waiting) {
            get(each).outputs().close();
        }
    }

    @Test
    void halvesBatchesThatAreTooLargeAndRemembersIt() throws Exception {
        MemoryBoundModel model = new MemoryBoundModel(10);
        TestingModelRuntime runtime = new TestingModelRuntime(() -> model);
        ModelHost host = host(runtime);
        LocalModelClient client = acquire(host, use(Duration.ofSeconds(60)));

        assertThat(
                        get(client.infer(batch(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)))
                                .outputs()
                                .onlyTensor()
                                .toInts())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        assertThat(model.runSizes()).containsExactly(13, 6, 6, 1);
        assertThat(heard.events).contains("out of memory gpu-0 13 6");

        get(client.infer(batch(1, 2, 3, 4, 5, 6, 7, 8))).outputs().close();
        assertThat(model.runSizes()).containsExactly(13, 6, 6, 1, 6, 2);

        client.close();
        timer.submit(() -> {}).get();
        LocalModelClient reloaded = acquire(host, use(Duration.ofSeconds(60)));
        get(reloaded.infer(batch(1, 2, 3, 4, 5, 6, 7, 8))).outputs().close();
        assertThat(model.runSizes()).containsExactly(13, 6, 6, 1, 6, 2, 6, 2);
    }

    @Test
    void aRowThatDoesNotFitAloneFails() throws Exception {
        LocalModelClient client =
                acquire(
                        host(new TestingModelRuntime(() -> new MemoryBoundModel(0))),
                        use(Duration.ofSeconds(60)));

        assertThatThrownBy(() -> get(client.infer(batch(1, 2))))
                .isInstanceOf(ModelRunException.class)
                .hasMessageContaining("OOM when allocating")
                .satisfies(
                        failure ->
                                assertThat(((ModelRunException) failure).place())
                                        .isEqualTo("gpu-0"));
    }

    @Test
    void loadingEndsInTime() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        TestingModel late = new TestingModel(INPUT);
        ModelHost host =
                host(
                        new TestingModelRuntime(
                                () -> {
                                    loading.await();
                                    return late;
                                }));
        LocalModelClient client =
                acquire(
                        host,
                        new ModelUse(
                                8,
                                1,
                                Duration.ZERO,
                                Duration.ofSeconds(60),
                                Duration.ofMillis(50)));

        assertThatThrownBy(() -> get(client.infer(batch(1))))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("it has not been loaded within PT0.05S")
                .hasMessageContaining("inference.model.load-timeout");
        loading.countDown();
        await().until(late::isClosed);
    }

    @Test
    void aRequestThatCannotStartInTimeNeverRuns() throws Exception {
        LocalModelClient client = acquire(manualHost(), use(Duration.ofSeconds(60)));
        CompletableFuture<InferenceResult> busy = client.infer(batch(1));
        ManuallyCompletedModel.Run first = awaitRun(0);
        CompletableFuture<InferenceResult> impatient =
                client.infer(
                        batch(2),
                        Deadline.none(),
                        Deadline.after(Duration.ofMillis(20)),
                        Merging.ALLOWED);

        assertThatThrownBy(() -> get(impatient))
                .isInstanceOf(NotStartedException.class)
                .hasMessageContaining("was withdrawn");
        first.complete();
        get(busy).outputs().close();
        CompletableFuture<InferenceResult> last = client.infer(batch(3));
        assertThat(loaded.get(0).nextRun().parts()).containsExactly(List.of(3));
        last.cancel(false);
    }

    @Test
    void aRequestThatHasStartedIsNotWithdrawn() throws Exception {
        LocalModelClient client = acquire(manualHost(), use(Duration.ofSeconds(60)));
        get(client.ready());
        Deadline startBy = Deadline.after(Duration.ofSeconds(1));
        CompletableFuture<InferenceResult> started =
                client.infer(batch(2), Deadline.none(), startBy, Merging.ALLOWED);
        ManuallyCompletedModel.Run run = awaitRun(0);
        await().until(startBy::hasPassed);
        // behind the host's own task of that time, in the same thread
        timer.submit(() -> {}).get();
        run.complete();

        assertThat(get(started).outputs().rows()).isEqualTo(1);
    }

    /** A host of models that run as long as a test says, which it remembers as they are loaded. */
    private ModelHost manualHost() {
        return host(
                new TestingModelRuntime(
                        () -> {
                            ManuallyCompletedModel model = new ManuallyCompletedModel();
                            loaded.add(model);
                            return model;
                        }));
    }

    private ModelHost host(TestingModelRuntime runtime) {
        ModelHost host = new ModelHost(List.of(runtime), timer);
        host.listen(heard);
        return host;
    }

    private LocalModelClient acquire(ModelHost host, ModelUse use) {
        LocalModelClient client = host.acquire(MODEL, DEVICE, use);
        clients.add(client);
        return client;
    }

    private static ModelUse use(Duration maxRunTime) {
        return new ModelUse(16, 1, Duration.ZERO, maxRunTime, Duration.ofMinutes(1));
    }

    private ManuallyCompletedModel.Run awaitRun(int index) throws InterruptedException {
        await().until(() -> loaded.size() > index);
        return loaded.get(index).nextRun();
    }

    private static boolean mayBeCausedByRows(Throwable lost) {
        return ((DeviceLostException) lost).mayBeCausedByRows();
    }

    /** After a failure that may be the device's, the row that passed first is run again. */
    private static void completeControl(ManuallyCompletedModel model) throws InterruptedException {
        ManuallyCompletedModel.Run control = model.nextRun();
        assertThat(control.parts()).containsExactly(List.of(0));
        control.complete();
    }

    private static TensorBatch batch(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(values.length, 1), values));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw (Exception) failure.getCause();
        }
    }

    /** An echo that has the memory for so many rows. */
    private static final class MemoryBoundModel implements LoadedModel {
        private final TestingModel echo = new TestingModel(INPUT);
        private final int mostRows;

        private MemoryBoundModel(int mostRows) {
            this.mostRows = mostRows;
        }

        @Override
        public ModelSignature signature() {
            return echo.signature();
        }

        @Override
        public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
            TensorBatch outputs = echo.run(parts);
            if (outputs.rows() > mostRows) {
                throw new ModelRunException("OOM when allocating tensor")
                        .classified(ErrorClass.OUT_OF_MEMORY);
            }
            return outputs;
        }

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public void close() {}

        private List<Integer> runSizes() {
            return echo.runSizes();
        }
    }

    /** Notes what it hears, successes left out. */
    private static final class RecordingListener implements RunListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void succeeded(ModelDevice device, int rows, Duration time) {}

        @Override
        public void failed(
                ModelDevice device, ModelRef model, int rows, Duration time, Failure failure) {
            ErrorClass errorClass = failure.errorClass();
            events.add("failed " + device + " " + errorClass);
        }

        @Override
        public void stuck(ModelDevice device, ModelRef model, Duration age) {
            events.add("stuck " + device);
        }

        @Override
        public void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit) {
            events.add("out of memory " + device + " " + rows + " " + newLimit);
        }
    }
}
