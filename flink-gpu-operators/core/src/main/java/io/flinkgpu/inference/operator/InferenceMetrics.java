package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceMetricNames;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelReadiness;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * The metrics of an inference operator, in its metric group {@code inference}.
 *
 * <p>Totals that a finished job must still tell, of batches and of rows in them, are job
 * accumulators as well. Mailbox thread only.
 */
final class InferenceMetrics {

    private static final int HISTOGRAM_WINDOW = 1024;

    private final MetricGroup group;
    private final Counter rowsIn;
    private final Counter rowsOut;
    private final Counter rowsFailed;
    private final Counter batches;
    private final Histogram batchSize;
    private final Histogram batchFillPercent;
    private final Histogram batchWaitMillis;
    private final Histogram queueMicros;
    private final Histogram runMicros;
    private final Histogram deviceBatchSize;
    private final LongCounter totalBatches = new LongCounter();
    private final LongCounter totalBatchedRows = new LongCounter();
    private long modelLoadMillis = -1;
    private long modelBytes = -1;

    /** Metrics whose totals are accumulators of the context's job, too. */
    InferenceMetrics(RuntimeContext context, MetricGroup operatorGroup) {
        this(operatorGroup);
        context.addAccumulator(InferenceMetricNames.TOTAL_BATCHES, totalBatches);
        context.addAccumulator(InferenceMetricNames.TOTAL_BATCHED_ROWS, totalBatchedRows);
    }

    /** Metrics without accumulators, which SQL functions may not have. */
    InferenceMetrics(MetricGroup operatorGroup) {
        group = operatorGroup.addGroup(InferenceMetricNames.GROUP);
        rowsIn = group.counter(InferenceMetricNames.ROWS_IN);
        rowsOut = group.counter(InferenceMetricNames.ROWS_OUT);
        rowsFailed = group.counter(InferenceMetricNames.ROWS_FAILED);
        batches = group.counter(InferenceMetricNames.BATCHES);
        batchSize = histogram(group, "batchSize");
        batchFillPercent = histogram(group, "batchFillPercent");
        batchWaitMillis = histogram(group, "batchWaitMillis");
        queueMicros = histogram(group, "queueMicros");
        runMicros = histogram(group, "runMicros");
        deviceBatchSize = histogram(group, "deviceBatchSize");
        group.gauge("modelLoadMillis", () -> modelLoadMillis);
        group.gauge("modelBytes", () -> modelBytes);
        showFaults(group.addGroup("faults"));
    }

    /** Shows how full the operator is; read by the reporter's thread, which may see old values. */
    void showLoad(
            IntSupplier rowsInFlight, IntSupplier batchesInFlight, LongSupplier bytesInFlight) {
        group.gauge(InferenceMetricNames.ROWS_IN_FLIGHT, rowsInFlight::getAsInt);
        group.gauge(InferenceMetricNames.BATCHES_IN_FLIGHT, batchesInFlight::getAsInt);
        group.gauge("bytesInFlight", bytesInFlight::getAsLong);
    }

    /** Shows the most rows of the next batch; read as the load is. */
    void showMaxBatchSize(IntSupplier rows) {
        group.gauge(InferenceMetricNames.MAX_BATCH_SIZE, rows::getAsInt);
    }

    /** Shows what the client tells of itself, such as the state of its pool. */
    void show(Map<String, LongSupplier> gauges) {
        gauges.forEach((name, value) -> group.gauge(name, value::getAsLong));
    }

    void rowTaken() {
        rowsIn.inc();
    }

    void rowEmitted() {
        rowsOut.inc();
    }

    void rowFailed() {
        rowsFailed.inc();
    }

    /**
     * @param maxRows that it could have had
     * @param waitMillis from its first row on
     */
    void batchSent(int rows, int maxRows, long waitMillis) {
        batches.inc();
        batchSize.update(rows);
        // more than all: the size was made smaller while it was open
        batchFillPercent.update(Math.min(100, 100L * rows / maxRows));
        batchWaitMillis.update(waitMillis);
        totalBatches.add(1);
        totalBatchedRows.add(rows);
    }

    void batchAnswered(InferenceResult result) {
        queueMicros.update(TimeUnit.NANOSECONDS.toMicros(result.queueNanos()));
        runMicros.update(TimeUnit.NANOSECONDS.toMicros(result.runNanos()));
        deviceBatchSize.update(result.deviceBatchRows());
    }

    void modelReady(ModelReadiness readiness) {
        modelLoadMillis = readiness.loadTime().toMillis();
        modelBytes = readiness.memoryBytes();
    }

    /** The faults of the whole process by kind, such as {@code faults.deviceBlocked}. */
    private static void showFaults(MetricGroup faults) {
        for (Class<?> kind : FaultEvent.class.getPermittedSubclasses()) {
            String name = kind.getSimpleName();
            faults.gauge(
                    Character.toLowerCase(name.charAt(0)) + name.substring(1),
                    () -> FaultEvents.ofProcess().count(kind.asSubclass(FaultEvent.class)));
        }
    }

    private static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    }
}
