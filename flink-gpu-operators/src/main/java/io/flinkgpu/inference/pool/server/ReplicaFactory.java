package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Makes replicas: leases their device, and has the process's host load their models. */
final class ReplicaFactory {

    private final ReplicaServerConfig config;
    private final ModelHost host;
    private final DeviceLeaseTable devices;

    ReplicaFactory(ReplicaServerConfig config, ModelHost host, DeviceLeaseTable devices) {
        this.config = config;
        this.host = host;
        this.devices = devices;
    }

    /**
     * A replica whose models are being loaded.
     *
     * @throws ModelLoadException if a model is not there
     */
    ServedReplica create(ReplicaRequest request, Collection<GpuDevice> available, String holder)
            throws ModelLoadException {
        DeviceLease lease = leaseDevice(request, available, holder);
        ModelDevice device = lease == null ? ModelDevice.cpu() : ModelDevice.of(lease);
        List<ServedVersion> versions = new ArrayList<>();
        try {
            for (Map.Entry<String, ModelRef> model : request.models().entrySet()) {
                versions.addAll(load(model.getKey(), model.getValue(), request, device));
            }
            return new ServedReplica(request, lease, versions);
        } catch (ModelLoadException | RuntimeException failure) {
            new ServedReplica(request, lease, versions).close();
            throw failure;
        }
    }

    private List<ServedVersion> load(
            String name, ModelRef model, ReplicaRequest request, ModelDevice device)
            throws ModelLoadException {
        // The replica lingers itself; a model that it lets go has served its time.
        ModelUse use = new ModelUse(request.maxBatchSize(), request.runThreads(), Duration.ZERO);
        HealthRules rules = new HealthRules(config.healthInterval(), config.maxRunTime());
        SortedMap<Long, ModelRef> found = host.versions(model);
        List<ServedVersion> versions = new ArrayList<>();
        found.forEach(
                (number, version) -> {
                    LocalModelClient client = host.acquire(version, device, use);
                    versions.add(
                            new ServedVersion(
                                    new ServedModel(name, number.toString()),
                                    version.runtime(),
                                    client,
                                    config.maxWaitingRows(),
                                    rules));
                });
        return versions;
    }

    private DeviceLease leaseDevice(
            ReplicaRequest request, Collection<GpuDevice> available, String holder) {
        if (request.profile() == null || !request.profile().usesGpu()) {
            return null;
        }
        devices.register(available);
        return devices.acquire(LeaseRequest.of(holder, request.profile()));
    }
}
