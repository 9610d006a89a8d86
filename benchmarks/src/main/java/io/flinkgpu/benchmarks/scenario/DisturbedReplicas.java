package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.model.TextModel;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/** Four processes that serve the text model, whose runs can be disturbed. */
final class DisturbedReplicas implements AutoCloseable {

    static final int COUNT = 4;
    static final int BATCH_SIZE = 32;

    private final Path faults;
    private final ModelRef model;
    private final List<ReplicaProcess> processes = new ArrayList<>();

    private DisturbedReplicas(Path faults, ModelRef model) {
        this.faults = faults;
        this.model = model;
    }

    /** Starts them one after the other. */
    static DisturbedReplicas start(Path scratch) throws IOException {
        Path directory = scratch.resolve("text");
        TextModel.export(directory);
        Path faults = Files.createDirectories(scratch.resolve("faults"));
        DisturbedReplicas replicas =
                new DisturbedReplicas(faults, ModelRef.savedModel(directory.toString()));
        for (int i = 0; i < COUNT; i++) {
            replicas.processes.add(
                    ReplicaProcess.startDisturbed(
                            directory.toString(),
                            BATCH_SIZE,
                            faults,
                            scratch.resolve("replica-" + i + ".log")));
        }
        return replicas;
    }

    /** Disturbs one of them from here on. */
    void disturb(int replica, DeviceFaults disturbance) throws IOException {
        disturbance.injectInto(faults, processes.get(replica).faultName());
    }

    ModelRef model() {
        return model;
    }

    List<ReplicaAddress> addresses() {
        return processes.stream().map(ReplicaProcess::address).toList();
    }

    /** As a pipeline names them. */
    PoolAddress pool() {
        return PoolAddress.parse(
                "static://"
                        + addresses().stream()
                                .map(ReplicaAddress::toString)
                                .collect(Collectors.joining(",")));
    }

    /** A client of all of them. */
    ModelClient connect(Configuration options) throws Exception {
        Configuration all = new Configuration(options);
        all.set(PoolOptions.ADDRESSES, List.of(pool().toString()));
        RemoteModelClient client =
                RemoteModelClient.connect(model, PoolClientConfig.from(all, Map.of()), "");
        Membership members =
                new Membership(pool(), 0, true, addresses().stream().map(Replica::at).toList());
        client.membersChanged(new MembersChanged(List.of(members)));
        return client;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(processes);
    }
}
