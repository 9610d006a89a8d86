package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory of a model that lingers, against the leases of its device. */
@Timeout(60)
class LingeringModelTest {

    private static final ModelRef FIRST = TestingModelRuntime.ref("first");
    private static final ModelRef SECOND = TestingModelRuntime.ref("second");
    private static final ModelUse USE = new ModelUse(8, 1, Duration.ofMinutes(10));

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<ManuallyCompletedModel> loaded = new CopyOnWriteArrayList<>();
    private final List<Boolean> othersWereGone = new CopyOnWriteArrayList<>();
    private final TestingModelRuntime runtime = new TestingModelRuntime(this::load);
    private final ModelHost host = new ModelHost(List.of(runtime), timer);
    private final DeviceLeaseTable table = new DeviceLeaseTable();

    @BeforeEach
    void addDevice() {
        table.register(
                List.of(
                        new GpuDevice(
                                0, "gpu-0", "test", MemorySize.ofMebiBytes(100), "none", true)));
        table.count(host.idleMemory());
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void goesBeforeAnotherModelIsLoadedIntoItsMemory() throws Exception {
        useOnce(FIRST, 1);

        try (Used second = use(SECOND, 1)) {
            get(second.client.ready());

            assertThat(loaded.get(0).isClosed()).isTrue();
            assertThat(othersWereGone).containsExactly(true, true);
            assertThat(host.modelsHeld()).isEqualTo(1);
        }
    }

    @Test
    void isWaitedForWhileItsLastRunEnds() throws Exception {
        Used first = use(FIRST, 1);
        CompletableFuture<?> running = first.client.infer(batch());
        get(first.client.ready());
        ManuallyCompletedModel.Run run = loaded.get(0).nextRun();
        first.close();

        try (Used second = use(SECOND, 1)) {
            assertThat(second.client.ready()).isNotDone();
            assertThat(runtime.loads()).isEqualTo(1);

            run.complete();

            get(second.client.ready());
            assertThat(othersWereGone).containsExactly(true, true);
            assertThat(loaded.get(0).wasClosedDuringARun()).isFalse();
            assertThat(running).isDone();
        }
    }

    @Test
    void isNotWaitedForWhenItsLastRunDoesNotEnd() throws Exception {
        ModelUse shortRuns =
                new ModelUse(
                        8,
                        1,
                        Duration.ofMinutes(10),
                        Duration.ofMillis(200),
                        Duration.ofMinutes(1));
        Used first = use(FIRST, 1, shortRuns);
        CompletableFuture<?> stuck = first.client.infer(batch());
        get(first.client.ready());
        ManuallyCompletedModel.Run run = loaded.get(0).nextRun();
        first.close();

        try (Used second = use(SECOND, 1)) {
            get(second.client.ready());

            assertThat(loaded.get(0).isClosed()).isFalse();
        }
        run.complete();
        await().until(stuck::isDone);
    }

    @Test
    void isFoundWarmByTheNextUserOfTheWholeDevice() throws Exception {
        useOnce(FIRST, 1);

        useOnce(FIRST, 1);

        assertThat(runtime.loads()).isEqualTo(1);
    }

    @Test
    void staysWhereThereIsRoomForBoth() throws Exception {
        useOnce(FIRST, 0.5);

        useOnce(SECOND, 0.5);

        assertThat(host.modelsHeld()).isEqualTo(2);
        assertThat(loaded).noneMatch(ManuallyCompletedModel::isClosed);
    }

    @Test
    void isIdleMemoryOnlyWhileNobodyUsesIt() throws Exception {
        try (Used first = use(FIRST, 0.5)) {
            get(first.client.ready());
            assertThat(host.idleMemory().on("gpu-0")).isEmpty();
        }

        assertThat(host.idleMemory().on("gpu-0"))
                .singleElement()
                .satisfies(
                        holding -> {
                            assertThat(holding.owner()).isEqualTo(FIRST);
                            assertThat(holding.bytes()).isEqualTo(50L << 20);
                        });
        assertThat(host.idleMemory().on("gpu-1")).isEmpty();
    }

    private ManuallyCompletedModel load() {
        othersWereGone.add(loaded.stream().allMatch(ManuallyCompletedModel::isClosed));
        ManuallyCompletedModel model = new ManuallyCompletedModel();
        loaded.add(model);
        return model;
    }

    private void useOnce(ModelRef model, double share) throws Exception {
        try (Used used = use(model, share)) {
            get(used.client.ready());
        }
    }

    private Used use(ModelRef model, double share) {
        return use(model, share, USE);
    }

    private Used use(ModelRef model, double share, ModelUse use) {
        DeviceLease lease =
                table.acquire(new LeaseRequest("test", share, null, null).reusing(model));
        return new Used(lease, host.acquire(model, ModelDevice.of(lease), use));
    }

    private static TensorBatch batch() {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 1), 1));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** A model and the lease that it is used under. */
    private record Used(DeviceLease lease, ModelClient client) implements AutoCloseable {

        @Override
        public void close() {
            client.close();
            lease.close();
        }
    }
}
