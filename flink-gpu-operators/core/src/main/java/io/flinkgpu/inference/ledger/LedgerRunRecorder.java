package io.flinkgpu.inference.ledger;

import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultFields;
import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.process.Lingering;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the ledger what an operator's coordinator hears.
 *
 * <p>Metrics of the coordinator: {@code ledger.lag}, the seconds that the oldest entry has waited
 * for the database, and {@code ledger.dropped}, the number of entries that were lost.
 */
final class LedgerRunRecorder implements RunRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerRunRecorder.class);
    private static final double MILLIS = 1000;

    private final OperatorCoordinator.Context context;
    private final Stage stage;
    private final LedgerConfig config;
    private final RunSettings settings;
    private final StageTotals totals = new StageTotals();
    @Nullable private Lingering<JobID, JobLedger>.Share ledger;
    private ProgressReport.Model model;

    LedgerRunRecorder(
            OperatorCoordinator.Context context,
            Stage stage,
            LedgerConfig config,
            RunSettings settings) {
        this.context = context;
        this.stage = stage;
        this.config = config;
        this.settings = settings;
        this.model = new ProgressReport.Model(stage.plan().version(), stage.plan().checksum());
    }

    @Override
    public synchronized void started() {
        Optional<ExecutionGraph> graph = stage.graph().get();
        if (graph.isEmpty()) {
            LOG.warn("The ledger records no job without checkpoints.");
            return;
        }
        if (ledger == null) {
            ledger = JobLedger.ofJob(context.getJobID(), config, settings);
            showMetrics(ledger.value());
        }
        totals.reset();
        ledger.value().watch(graph.get(), context.getUserCodeClassloader());
        describeStage();
    }

    @Override
    public synchronized void reported(int subtask, ProgressReport report) {
        if (totals.add(subtask, report)) {
            tellTotals();
        }
    }

    @Override
    public synchronized void attemptLost(int subtask) {
        totals.lost(subtask);
    }

    @Override
    public synchronized void checkpointCompleted(long checkpoint) {
        if (ledger != null) {
            totals.complete(checkpoint);
            ledger.value().checkpointsCompleted();
            tellTotals();
        }
    }

    /** A row that is given up is counted as a dead letter; there may be too many to list. */
    @Override
    public synchronized void faultHappened(FaultLog.Entry fault) {
        if (ledger == null || fault.event() instanceof FaultEvent.RowGivenUp) {
            return;
        }
        String fields =
                FaultFields.of(fault.event()).entrySet().stream()
                        .filter(field -> !field.getKey().equals("subject"))
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining(", "));
        String detail = (fields + " on " + fault.node()).strip();
        ledger.value()
                .tell(
                        run ->
                                new LedgerEntry.RunEvent(
                                        run,
                                        idOf(run, fault),
                                        fault.time(),
                                        fault.event().getClass().getSimpleName(),
                                        fault.event().subject(),
                                        detail));
    }

    @Override
    public synchronized void poolChanged(Membership former, Membership changed) {
        int before = former.replicas().size();
        int after = changed.replicas().size();
        if (ledger != null && before != after) {
            ledger.value()
                    .event(
                            Instant.now(),
                            "PoolScaled",
                            changed.pool().toString(),
                            "from %d to %d replicas".formatted(before, after));
        }
    }

    @Override
    public synchronized void close() {
        if (ledger != null) {
            JobLedger.release(ledger);
            ledger = null;
        }
    }

    private void tellTotals() {
        Optional<ProgressReport> sum = totals.sum();
        if (ledger == null || sum.isEmpty()) {
            return;
        }
        ProgressReport total = sum.get();
        ledger.value()
                .tell(
                        run ->
                                new LedgerEntry.OperatorProgress(
                                        run,
                                        total.checkpoint(),
                                        context.getOperatorId().toHexString(),
                                        total.rowsIn(),
                                        total.rowsOut(),
                                        total.deadLetters(),
                                        total.inFlight(),
                                        total.deviceNanos()
                                                / (double) Duration.ofSeconds(1).toNanos()));
        ProgressReport.Model seen =
                total.model().or(model).or(new ProgressReport.Model("", stage.plan().checksum()));
        if (!seen.equals(model)) {
            model = seen;
            describeStage();
        }
    }

    private void describeStage() {
        StagePlan plan = stage.plan();
        ledger.value()
                .tell(
                        run ->
                                new LedgerEntry.StageDescribed(
                                        run,
                                        context.getOperatorId().toHexString(),
                                        stage.operatorName(),
                                        context.currentParallelism(),
                                        plan.mode(),
                                        plan.profile(),
                                        new LedgerEntry.Model(
                                                plan.model(), model.version(), model.checksum())));
    }

    private void showMetrics(JobLedger shown) {
        MetricGroup group = context.metricGroup().addGroup("ledger");
        group.gauge("lag", () -> shown.lag().toMillis() / MILLIS);
        group.gauge("dropped", shown::dropped);
    }

    /** The operators that run in a process all hear of its faults. */
    private static UUID idOf(String run, FaultLog.Entry fault) {
        return UUID.nameUUIDFromBytes(
                (run + fault.time() + fault.node() + fault.event())
                        .getBytes(StandardCharsets.UTF_8));
    }
}
