package io.flinkgpu.deploy.pool;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** Members that a test lists in turn; the last list stays. */
final class TestingMembers implements PoolMembers {

    private final Queue<List<Replica>> lists = new ArrayDeque<>();

    TestingMembers then(Replica... replicas) {
        lists.add(List.of(replicas));
        return this;
    }

    @Override
    public Membership of(String pool) throws IOException {
        if (lists.isEmpty()) {
            throw new IOException("Cannot ask the registry: it does not answer.");
        }
        List<Replica> replicas = lists.size() > 1 ? lists.poll() : lists.peek();
        return new Membership(PoolAddress.parse("flink://localhost:1/" + pool), 1, true, replicas);
    }

    @Override
    public void close() {}

    static Replica replica(int port, ReplicaState state) {
        return new Replica(
                new ReplicaAddress("localhost", port),
                "node-a",
                new ReplicaDevice("gpu-0", "simulated"),
                state,
                Set.of(new ServedModel("digits", "1")),
                new ReplicaLoad(3, 32, 1000, 12.34));
    }
}
