package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subtasks that come and go while models load, run, linger and unload. */
@Timeout(120)
class ModelHostRaceTest {

    private static final int SUBTASKS = 8;
    private static final int ROUNDS = 200;

    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    private final ExecutorService executor = Executors.newFixedThreadPool(SUBTASKS);
    private final List<TestingModel> models = new CopyOnWriteArrayList<>();
    private final ModelHost host =
            new ModelHost(List.of(new TestingModelRuntime(this::newModel)), timers);

    @AfterEach
    void stopThreads() {
        executor.shutdownNow();
        timers.shutdownNow();
    }

    @Test
    void everyRequestEndsAndEveryModelIsClosedOnceAndIdle() throws Exception {
        List<Future<?>> subtasks = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            long seed = i;
            subtasks.add(executor.submit(() -> comeAndGo(seed)));
        }
        for (Future<?> subtask : subtasks) {
            subtask.get(100, TimeUnit.SECONDS);
        }

        await().until(() -> host.modelsHeld() == 0);
        await().until(() -> models.stream().allMatch(TestingModel::isClosed));
        assertThat(models).noneMatch(TestingModel::wasMisused);
        assertThat(host.modelsLoaded()).isEqualTo(models.size());
    }

    private Void comeAndGo(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            ModelUse use =
                    new ModelUse(
                            4, 1 + random.nextInt(2), Duration.ofNanos(random.nextInt(50_000)));
            ModelClient client =
                    host.acquire(
                            TestingModelRuntime.ref("model-" + random.nextInt(2)),
                            ModelDevice.cpu(),
                            use);
            List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
            for (int i = 0; i < random.nextInt(5); i++) {
                results.add(client.infer(batch((int) seed, round, i)));
            }
            boolean leavesEarly = random.nextBoolean();
            if (leavesEarly) {
                client.close();
            }
            for (int i = 0; i < results.size(); i++) {
                assertEnds(results.get(i), leavesEarly, (int) seed, round, i);
            }
            client.close();
        }
        return null;
    }

    private static void assertEnds(
            CompletableFuture<InferenceResult> result, boolean mayBeWithdrawn, int... values)
            throws Exception {
        try (TensorBatch outputs = result.get(30, TimeUnit.SECONDS).outputs()) {
            assertThat(outputs.onlyTensor().toInts()).containsExactly(values);
        } catch (ExecutionException withdrawn) {
            assertThat(mayBeWithdrawn).as("%s", withdrawn).isTrue();
            assertThat(withdrawn).hasMessageContaining("its client was closed.");
        }
    }

    private LoadedModel newModel() {
        TestingModel model =
                new TestingModel(new TensorSpec("x", DataType.INT32, Shape.of(-1, -1)));
        models.add(model);
        return model;
    }

    private static TensorBatch batch(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(1, values.length), values));
    }
}
