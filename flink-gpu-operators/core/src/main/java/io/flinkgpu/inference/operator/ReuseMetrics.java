package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceMetricNames;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the reuse of answers shows of itself. Mailbox thread, gauges excepted. */
final class ReuseMetrics {

    private final MetricGroup group;
    private final Counter hits;
    private final Counter misses;
    private final Counter joined;
    private final Counter evicted;

    ReuseMetrics(MetricGroup operatorGroup) {
        group =
                operatorGroup
                        .addGroup(InferenceMetricNames.GROUP)
                        .addGroup(InferenceMetricNames.REUSE_GROUP);
        hits = group.counter(InferenceMetricNames.REUSE_HITS);
        misses = group.counter(InferenceMetricNames.REUSE_MISSES);
        joined = group.counter(InferenceMetricNames.REUSE_JOINED);
        evicted = group.counter(InferenceMetricNames.REUSE_EVICTED);
    }

    /** Shows how many rows wait for the run of an equal one; read as the load is. */
    void showWaiting(IntSupplier rows) {
        group.gauge(InferenceMetricNames.REUSE_WAITING, rows::getAsInt);
    }

    /** A row has an answer that was kept. */
    void hit() {
        hits.inc();
    }

    /** A row has to be run. */
    void missed() {
        misses.inc();
    }

    /** A row has the answer of an equal one that it has waited for. */
    void joined() {
        joined.inc();
    }

    /** An answer had to go for another one. */
    void evicted() {
        evicted.inc();
    }
}
