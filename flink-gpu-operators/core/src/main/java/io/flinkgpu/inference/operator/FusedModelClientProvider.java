package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ledger.StagePlan;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Runs the model in the subtask's own process: leases a device as the profile asks, or takes the
 * processor where it asks for none, and shares the process's {@link ModelHost}.
 */
@Internal
public final class FusedModelClientProvider implements ModelClientProvider {

    private static final long serialVersionUID = 1L;

    private final ModelRef model;
    private final ModelUse use;
    @Nullable private final StageProfile profile;

    public FusedModelClientProvider(ModelRef model, ModelUse use, @Nullable StageProfile profile) {
        this.model = model;
        this.use = use;
        this.profile = profile;
    }

    @Override
    public ModelClient connect(SubtaskPlace subtask) {
        String holder = holder(subtask);
        if (!leasesDevices()) {
            return new MovingModelClient(holder, model, avoided -> onProcessor());
        }
        DeviceLeaseTable table = DeviceLeaseTable.ofProcess();
        table.register(
                subtask.externalResources(StageProfile.GPU_RESOURCE).stream()
                        .map(GpuDevice::from)
                        .toList());
        LeaseRequest request = LeaseRequest.of(holder, profile).reusing(model);
        return new MovingModelClient(holder, model, avoided -> onDevice(table, request, avoided));
    }

    private MovingModelClient.Placement onProcessor() {
        return new MovingModelClient.Placement(
                null, ModelHost.ofProcess().acquire(model, ModelDevice.cpu(), use));
    }

    private MovingModelClient.Placement onDevice(
            DeviceLeaseTable table, LeaseRequest request, @Nullable String avoided) {
        DeviceLease lease = table.acquire(request, avoided);
        try {
            return new MovingModelClient.Placement(
                    lease, ModelHost.ofProcess().acquire(model, ModelDevice.of(lease), use));
        } catch (RuntimeException failure) {
            lease.close();
            throw failure;
        }
    }

    @Override
    public StagePlan plan() {
        return new StagePlan(
                "fused",
                profile == null ? "" : profile.toString(),
                model.toString(),
                model.version(),
                model.options().getOrDefault(ModelRef.SHA256, ""));
    }

    @Override
    public boolean leasesDevices() {
        return profile != null && profile.usesGpu();
    }

    private static String holder(SubtaskPlace subtask) {
        return subtask.name() + " attempt " + subtask.attempt();
    }
}
