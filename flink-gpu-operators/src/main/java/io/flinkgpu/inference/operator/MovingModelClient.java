package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of a model on a leased device, which leases another one when its device is lost.
 *
 * <p>What was asked for on the lost device fails with {@link DeviceLostException}; what is asked
 * for next runs on the new one, if there is one with room that is not blocked, be it the same
 * again. {@link #infer} and {@link #close()} belong to the task's thread, which holds the lease.
 */
final class MovingModelClient implements ModelClient {

    private static final Logger LOG = LoggerFactory.getLogger(MovingModelClient.class);

    private final DeviceLeaseTable devices;
    private final LeaseRequest request;
    private final ModelHost host;
    private final ModelRef model;
    private final ModelUse use;
    private final CompletableFuture<ModelReadiness> ready;
    @Nullable private Placement placement;

    /** Where the model is. */
    private record Placement(DeviceLease lease, LocalModelClient client) {

        private void giveBack() {
            client.close();
            lease.close();
        }
    }

    /**
     * Leases the first device and starts to load.
     *
     * @throws RuntimeException as {@link DeviceLeaseTable#acquire} and {@link ModelHost#acquire} do
     */
    MovingModelClient(
            DeviceLeaseTable devices,
            LeaseRequest request,
            ModelHost host,
            ModelRef model,
            ModelUse use) {
        this.devices = devices;
        this.request = request;
        this.host = host;
        this.model = model;
        this.use = use;
        this.placement = place();
        this.ready = placement.client.ready();
    }

    /** Readiness on the first device. */
    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    @Override
    public CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
        try {
            moveIfLost();
        } catch (RuntimeException nowhere) {
            batch.close();
            return CompletableFuture.failedFuture(
                    new DeviceLostException(
                            "Cannot run model %s: its device is lost, and there is no other. %s"
                                    .formatted(model, nowhere.getMessage()),
                            nowhere));
        }
        return placement.client.infer(batch, deadline);
    }

    @Override
    public void close() {
        if (placement != null) {
            placement.giveBack();
            placement = null;
        }
    }

    private void moveIfLost() {
        if (placement != null && !placement.client.isLost()) {
            return;
        }
        String before = placement == null ? "none" : placement.lease.device().uuid();
        close();
        placement = place();
        LOG.warn(
                "{} moved from device {} to {}.",
                request.holder(),
                before,
                placement.lease.device().uuid());
    }

    private Placement place() {
        DeviceLease lease = devices.acquire(request);
        try {
            return new Placement(lease, host.acquire(model, ModelDevice.of(lease), use));
        } catch (RuntimeException failure) {
            lease.close();
            throw failure;
        }
    }
}
