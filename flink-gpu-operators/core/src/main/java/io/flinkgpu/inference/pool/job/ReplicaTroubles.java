package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.blocklist.DeviceTrouble;
import io.flinkgpu.inference.blocklist.TroubleListener;
import io.flinkgpu.inference.blocklist.TroubleReporter;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Tells the registry of trouble with a replica's device and process, and has the server drain when
 * the node is about to go. Any thread.
 *
 * @param device id of the replica's, as it is known by then
 */
record ReplicaTroubles(TroubleReporter registry, ReplicaServer server, Supplier<String> device)
        implements TroubleListener {

    @Override
    public void deviceInTrouble(DeviceTrouble trouble) {
        if (trouble.device().equals(device.get())) {
            registry.deviceInTrouble(trouble);
        }
    }

    @Override
    public void nodeLeaving(String cause) {
        registry.nodeLeaving(cause);
        CompletableFuture<Void> unused = server.drain();
    }

    @Override
    public void processUnfit(String cause) {
        registry.processUnfit(cause);
    }
}
