package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.model.faulty.FaultInjectingRuntime;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceBlock;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MovingModelClientTest {

    private static final ModelUse USE = new ModelUse(8, 1, Duration.ZERO);

    @TempDir Path faults;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ModelHost host = new ModelHost(List.of(new FaultInjectingRuntime()), timer);
    private final DeviceLeaseTable devices = new DeviceLeaseTable();
    private ModelRef model;

    @BeforeEach
    void addDevices() {
        model = FaultInjection.into(SimulatedModel.named("echo").ref(), faults).ref();
        devices.register(List.of(device(0), device(1)));
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void runsOnAnotherDeviceWhenItsOwnIsLost() throws Exception {
        DeviceFaults.failing(1, ErrorClass.FATAL_DEVICE, "CUDA_ERROR_LAUNCH_FAILED")
                .injectInto(faults, "gpu-0");
        MovingModelClient client = client();

        assertThatThrownBy(() -> get(client.infer(batch())))
                .isInstanceOf(DeviceLostException.class);
        devices.block(new DeviceBlock("gpu-0", "lost", Instant.now().plusSeconds(60)));
        get(client.infer(batch())).outputs().close();

        assertThat(devices.leases())
                .singleElement()
                .satisfies(lease -> assertThat(lease.device().uuid()).isEqualTo("gpu-1"));
        client.close();
        assertThat(devices.leases()).isEmpty();
    }

    @Test
    void saysThatThereIsNoOtherDeviceAndFindsOneLater() throws Exception {
        DeviceFaults.failing(1, ErrorClass.FATAL_DEVICE, "CUDA_ERROR_LAUNCH_FAILED")
                .injectInto(faults, "gpu-0");
        MovingModelClient client = client();
        assertThatThrownBy(() -> get(client.infer(batch())))
                .isInstanceOf(DeviceLostException.class);
        for (String uuid : List.of("gpu-0", "gpu-1")) {
            devices.block(new DeviceBlock(uuid, "lost", Instant.now().plusSeconds(60)));
        }

        assertThatThrownBy(() -> get(client.infer(batch())))
                .isInstanceOf(DeviceLostException.class)
                .hasMessageContaining("its device is lost, and there is no other.")
                .hasMessageContaining("gpu-1 is blocked until");
        devices.unblock("gpu-1");
        get(client.infer(batch())).outputs().close();
        client.close();
    }

    @Test
    void movesOnToAnotherDeviceAndStaysWhereThereIsNone() throws Exception {
        DeviceFaults.hanging(Duration.ofSeconds(1)).injectInto(faults, "gpu-0");
        MovingModelClient client = client();
        CompletableFuture<InferenceResult> stuck = client.infer(batch());

        client.moveOn("a test");
        stuck.cancel(false);
        get(client.infer(batch())).outputs().close();

        assertThat(deviceInUse()).isEqualTo("gpu-1");
        devices.block(new DeviceBlock("gpu-0", "lost", Instant.now().plusSeconds(60)));
        client.moveOn("a test");
        get(client.infer(batch())).outputs().close();
        assertThat(deviceInUse()).isEqualTo("gpu-1");
        client.close();
        assertThat(devices.leases()).isEmpty();
    }

    @Test
    void movesToAnotherDeviceThoughItsOwnHasRoom() throws Exception {
        MovingModelClient client = client(0.5);
        String before = deviceInUse();

        client.moveOn("a test");

        assertThat(deviceInUse()).isNotEqualTo(before);
        client.close();
    }

    @Test
    void loadsAgainInThePlaceThatItMovesTo() {
        LoadingModel first = new LoadingModel();
        LoadingModel second = new LoadingModel();
        Iterator<LoadingModel> places = List.of(first, second).iterator();
        MovingModelClient client =
                new MovingModelClient(
                        "test",
                        model,
                        avoided -> new MovingModelClient.Placement(null, places.next()));
        assertThat(client.isLoading()).isTrue();
        first.ready.complete(null);
        assertThat(client.isLoading()).isFalse();

        first.lost = true;
        CompletableFuture<?> unused = client.infer(batch());

        assertThat(client.isLoading()).isTrue();
        second.ready.complete(null);
        assertThat(client.isLoading()).isFalse();
    }

    /** A model that answers nothing, loaded when the test says so. */
    private static final class LoadingModel implements LocalModelClient {
        private final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();
        private boolean lost;

        @Override
        public CompletableFuture<ModelReadiness> ready() {
            return ready;
        }

        @Override
        public ModelActivity activity() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isLost() {
            return lost;
        }

        @Override
        public CompletableFuture<InferenceResult> infer(
                TensorBatch batch, Deadline deadline, Deadline startBy, Merging merging) {
            batch.close();
            return new CompletableFuture<>();
        }

        @Override
        public void close() {}
    }

    private String deviceInUse() {
        assertThat(devices.leases()).hasSize(1);
        return devices.leases().get(0).device().uuid();
    }

    private MovingModelClient client() {
        return client(1);
    }

    private MovingModelClient client(double share) {
        LeaseRequest request = new LeaseRequest("test", share, null, null);
        return new MovingModelClient(
                "test",
                model,
                avoided -> {
                    DeviceLease lease = devices.acquire(request, avoided);
                    return new MovingModelClient.Placement(
                            lease, host.acquire(model, ModelDevice.of(lease), USE));
                });
    }

    private static GpuDevice device(int index) {
        return new GpuDevice(
                index, "gpu-" + index, "test", MemorySize.ofMebiBytes(1), "none", true);
    }

    private static TensorBatch batch() {
        return TensorBatch.of("input", Tensor.ofFloats(Shape.of(1, 1), 1));
    }

    private static InferenceResult get(CompletableFuture<InferenceResult> answer) throws Exception {
        try {
            return answer.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw (Exception) failure.getCause();
        }
    }
}
