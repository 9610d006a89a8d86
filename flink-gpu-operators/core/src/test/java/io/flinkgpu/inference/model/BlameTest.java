package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether the rows or the device are blamed for a run that fails. */
@Timeout(60)
class BlameTest {

    private static final ModelRef MODEL = TestingModelRuntime.ref("model");
    private static final ModelDevice FIRST =
            new ModelDevice("gpu-0", ModelDevice.Kind.SIMULATED_GPU, 0, 0, 0);
    private static final ModelDevice SECOND =
            new ModelDevice("gpu-1", ModelDevice.Kind.SIMULATED_GPU, 1, 0, 0);
    private static final int BAD = 666;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Verdicts heard = new Verdicts();
    private final FailingModel model = new FailingModel();
    private final ModelHost host =
            new ModelHost(List.of(new TestingModelRuntime(() -> model)), timer);
    private final List<LocalModelClient> clients = new ArrayList<>();

    @BeforeEach
    void listen() {
        host.listen(heard);
    }

    @AfterEach
    void stop() {
        clients.forEach(ModelClient::close);
        timer.shutdownNow();
    }

    @Test
    void aRowIsBlamedWhileTheDeviceRunsWhatItRanBefore() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);

        assertThat(failure(client, BAD).errorClass()).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(heard.classes).containsExactly(ErrorClass.UNKNOWN);
        run(client, 2);
    }

    @Test
    void aDeviceIsBlamedThatFailsWhatItRanBefore() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.sick = true;

        ModelRunException failure = failure(client, 2);

        assertThat(failure)
                .hasMessageContaining("device gpu-0 fails what it has run before: no idea");
        assertThat(failure.errorClass()).isEqualTo(ErrorClass.SICK_DEVICE);
        assertThat(failure.place()).isEqualTo("gpu-0");
        assertThat(heard.classes).containsExactly(ErrorClass.SICK_DEVICE);
        assertThat(client.isLost()).isFalse();
    }

    @Test
    void aRowWhoseFailureLooksFatalCostsNoDevice() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.failsAs = ErrorClass.FATAL_DEVICE;

        assertThat(ErrorClasses.of(failure(client, BAD))).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(client.isLost()).isFalse();
        assertThat(heard.classes).containsExactly(ErrorClass.UNKNOWN);
    }

    @Test
    void aFatalErrorThatRepeatsLosesTheDevice() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.failsAs = ErrorClass.FATAL_DEVICE;
        model.sick = true;

        assertThat(failure(client, 2))
                .isInstanceOf(DeviceLostException.class)
                .satisfies(
                        lost ->
                                assertThat(((DeviceLostException) lost).mayBeCausedByRows())
                                        .isTrue());
        assertThat(client.isLost()).isTrue();
    }

    @Test
    void anErrorOfTheControlRowLeavesNoRequestWithoutAnAnswer() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.sick = true;
        model.breaksDown = true;

        assertThat(failure(client, BAD).errorClass()).isEqualTo(ErrorClass.SICK_DEVICE);
    }

    @Test
    void nobodyIsBlamedBeforeAnythingHasPassed() throws Exception {
        model.sick = true;
        LocalModelClient client = acquire(FIRST);

        assertThat(failure(client, 1).errorClass()).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(heard.classes).containsExactly(ErrorClass.UNKNOWN);
    }

    @Test
    void whatPassedOnOneDeviceTellsOnTheNext() throws Exception {
        run(acquire(FIRST), 1);
        model.sick = true;

        assertThat(failure(acquire(SECOND), 2).errorClass()).isEqualTo(ErrorClass.SICK_DEVICE);
    }

    @Test
    void aRowThatSuitsTheModelNoMoreAccusesNobody() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.controlFailsAs = ErrorClass.DATA;

        assertThat(failure(client, BAD).errorClass()).isEqualTo(ErrorClass.UNKNOWN);
        model.controlFailsAs = null;
        int runs = model.runs.size();
        assertThat(failure(client, BAD).errorClass()).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(model.runs).as("it is forgotten").hasSize(runs + 1);
    }

    @Test
    void aDeviceThatIsLostInALoneRunTakesThoseThatWaitForTheirsWithItAndBlamesThemNot()
            throws Exception {
        LocalModelClient client = acquire(FIRST);
        model.gate = new CountDownLatch(1);
        CompletableFuture<InferenceResult> first = client.infer(batch(1, 1));
        await().until(() -> !model.runs.isEmpty());
        CompletableFuture<InferenceResult> bad = client.infer(batch(BAD));
        CompletableFuture<InferenceResult> waits = client.infer(batch(2));
        model.failsAs = ErrorClass.FATAL_DEVICE;
        model.controlFailsAs = ErrorClass.FATAL_DEVICE;
        model.failsTogetherAs = ErrorClass.DATA;
        model.gate.countDown();
        first.get(20, TimeUnit.SECONDS).outputs().close();

        assertThat(lossOf(bad).mayBeCausedByRows()).isTrue();
        assertThat(lossOf(waits).mayBeCausedByRows()).isFalse();
        assertThat(model.runs).doesNotContain(List.of(2));
    }

    @Test
    void aFailureOfTheRowsByItsTypeIsNotJudged() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.failsAs = ErrorClass.DATA;
        int runs = model.runs.size();

        assertThat(failure(client, BAD).errorClass()).isEqualTo(ErrorClass.DATA);
        assertThat(model.runs).hasSize(runs + 1);
    }

    @Test
    void aRowThatRunsAloneIsClearedByADeviceThatIsLostInFrontOfIt() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.failsAs = ErrorClass.FATAL_DEVICE;
        model.sick = true;

        assertThat(lossOf(alone(client, 2)).mayBeCausedByRows()).isFalse();
        assertThat(client.isLost()).isTrue();
        assertThat(model.runs).doesNotContain(List.of(2));
        assertThat(heard.classes).containsExactly(ErrorClass.FATAL_DEVICE);
    }

    @Test
    void aRowThatRunsAloneIsClearedByADeviceThatHangsInFrontOfIt() throws Exception {
        LocalModelClient client = acquire(FIRST, Duration.ofMillis(200));
        run(client, 1);
        CountDownLatch hang = new CountDownLatch(1);
        model.gate = hang;

        assertThat(lossOf(alone(client, 2)).mayBeCausedByRows()).isFalse();
        assertThat(client.isLost()).isTrue();
        hang.countDown();
        assertThat(model.runs).doesNotContain(List.of(2));
    }

    @Test
    void aRowThatRunsAloneOnASickDeviceIsNotRun() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);
        model.sick = true;

        assertThat(alone(client, 2))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("device gpu-0 fails what it has run before: no idea");
        assertThat(model.runs).doesNotContain(List.of(2));
        assertThat(heard.classes).containsExactly(ErrorClass.SICK_DEVICE);
    }

    @Test
    void aRowThatRunsAloneRunsBehindTheControlRow() throws Exception {
        LocalModelClient client = acquire(FIRST);
        run(client, 1);

        alone(client, 2).get(20, TimeUnit.SECONDS).outputs().close();

        assertThat(model.runs).endsWith(List.of(1), List.of(2));
    }

    private static CompletableFuture<InferenceResult> alone(LocalModelClient client, int value) {
        return client.inferAlone(batch(value), Deadline.none());
    }

    private void run(LocalModelClient client, int value) throws Exception {
        client.infer(batch(value)).get(20, TimeUnit.SECONDS).outputs().close();
    }

    private static ModelRunException failure(LocalModelClient client, int value) {
        CompletableFuture<InferenceResult> result = client.infer(batch(value));
        ExecutionException failure =
                catchThrowableOfType(
                        ExecutionException.class, () -> result.get(20, TimeUnit.SECONDS));
        assertThat(failure).hasCauseInstanceOf(ModelRunException.class);
        return (ModelRunException) failure.getCause();
    }

    private static DeviceLostException lossOf(CompletableFuture<InferenceResult> result) {
        ExecutionException failure =
                catchThrowableOfType(
                        ExecutionException.class, () -> result.get(20, TimeUnit.SECONDS));
        assertThat(failure).hasCauseInstanceOf(DeviceLostException.class);
        return (DeviceLostException) failure.getCause();
    }

    private LocalModelClient acquire(ModelDevice device) {
        return acquire(device, Duration.ofSeconds(60));
    }

    private LocalModelClient acquire(ModelDevice device, Duration maxRunTime) {
        LocalModelClient client =
                host.acquire(
                        MODEL,
                        device,
                        new ModelUse(16, 1, Duration.ZERO, maxRunTime, Duration.ofMinutes(1)));
        clients.add(client);
        return client;
    }

    private static TensorBatch batch(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(values.length, 1), values));
    }

    /** An echo that fails for a bad row, or for all rows while it is sick. */
    private static final class FailingModel implements LoadedModel {
        private static final Shape SHAPE = Shape.of(Shape.UNKNOWN, Shape.UNKNOWN);
        private final List<List<Integer>> runs = new CopyOnWriteArrayList<>();
        private volatile boolean sick;
        private volatile boolean breaksDown;
        @Nullable private volatile ErrorClass controlFailsAs;
        @Nullable private volatile ErrorClass failsTogetherAs;
        @Nullable private volatile CountDownLatch gate;
        private volatile ErrorClass failsAs = ErrorClass.UNKNOWN;

        @Override
        public ModelSignature signature() {
            return new ModelSignature(
                    ModelRef.DEFAULT_SIGNATURE,
                    List.of(new TensorSpec("x", DataType.INT32, SHAPE)),
                    List.of(new TensorSpec("y", DataType.INT32, SHAPE)));
        }

        @Override
        public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
            List<Integer> rows =
                    parts.stream()
                            .flatMapToInt(part -> Arrays.stream(part.onlyTensor().toInts()))
                            .boxed()
                            .toList();
            runs.add(rows);
            waitAtTheGate();
            if (rows.size() == 1 && controlFailsAs != null && !rows.contains(BAD)) {
                throw new ModelRunException("no such shape").classified(controlFailsAs);
            }
            if (rows.size() > 1 && rows.contains(BAD) && failsTogetherAs != null) {
                throw new ModelRunException("one of you").classified(failsTogetherAs);
            }
            if (breaksDown && !rows.contains(BAD)) {
                throw new NoClassDefFoundError("com/example/Missing");
            }
            if (sick || rows.contains(BAD)) {
                throw new ModelRunException("no idea").classified(failsAs);
            }
            List<Tensor> inputs = parts.stream().map(TensorBatch::onlyTensor).toList();
            return TensorBatch.of("y", Tensor.concatenate(inputs, DirectBufferPool.ofProcess()));
        }

        private void waitAtTheGate() throws ModelRunException {
            try {
                if (gate != null) {
                    gate.await();
                }
            } catch (InterruptedException e) {
                throw new ModelRunException("interrupted", e);
            }
        }

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** The classes of failed runs. */
    private static final class Verdicts implements RunListener {
        private final List<ErrorClass> classes = new CopyOnWriteArrayList<>();

        @Override
        public void succeeded(ModelDevice device, int rows, Duration time) {}

        @Override
        public void failed(
                ModelDevice device, ModelRef model, int rows, Duration time, Failure failure) {
            classes.add(failure.errorClass());
        }

        @Override
        public void stuck(ModelDevice device, ModelRef model, Duration age) {}

        @Override
        public void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit) {}
    }
}
