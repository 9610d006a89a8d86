package io.flinkgpu.inference.pool.server;

import io.flinkgpu.resources.device.GpuDevice;
import java.util.Collection;

/** The server of this process. */
public final class ReplicaServer {

    private ReplicaServer() {}

    /** The server that all replicas of this process share; the first configuration counts. */
    public static ReplicaServer ofProcess(ReplicaServerConfig config) {
        return new ReplicaServer();
    }

    /** Serves what a pool's subtask asks for. */
    public ReplicaLease lease(
            ReplicaRequest request, Collection<GpuDevice> devices, String holder) {
        return null;
    }
}
