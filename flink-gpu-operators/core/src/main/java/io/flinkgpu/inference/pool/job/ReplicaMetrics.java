package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.server.Refusal;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ServerCounters;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of a replica, in the metric group {@code replica} of its operator, and those of its
 * process's server, in the group {@code server}. Read by a reporter's thread.
 */
final class ReplicaMetrics {

    private ReplicaMetrics() {}

    static void register(
            MetricGroup operatorGroup, Supplier<ReplicaLease> lease, ReplicaServer server) {
        MetricGroup replica = operatorGroup.addGroup("replica");
        replica.gauge("ready", () -> lease.get().describe().state() == ReplicaState.READY ? 1 : 0);
        addLoad(replica, "waitingRows", lease, ReplicaLoad::waitingRows);
        addLoad(replica, "runningRows", lease, ReplicaLoad::runningRows);
        addLoad(replica, "rowsServed", lease, ReplicaLoad::rowsServed);
        addLoad(replica, "rowsPerSecond", lease, ReplicaLoad::rowsPerSecond);
        addServer(operatorGroup.addGroup("server"), server.counters());
    }

    private static void addLoad(
            MetricGroup group,
            String name,
            Supplier<ReplicaLease> lease,
            ToDoubleFunction<ReplicaLoad> value) {
        group.gauge(name, () -> value.applyAsDouble(lease.get().describe().load()));
    }

    private static void addServer(MetricGroup group, ServerCounters counters) {
        group.gauge("requests", () -> counters.snapshot().requests());
        group.gauge("rows", () -> counters.snapshot().rows());
        group.gauge("cachedAnswers", () -> counters.snapshot().cachedAnswers());
        group.gauge("failures", () -> counters.snapshot().allFailures());
        MetricGroup refusals = group.addGroup("refusals");
        for (Refusal reason : Refusal.values()) {
            refusals.gauge(reason.name(), () -> counters.snapshot().refusals().get(reason));
        }
    }
}
