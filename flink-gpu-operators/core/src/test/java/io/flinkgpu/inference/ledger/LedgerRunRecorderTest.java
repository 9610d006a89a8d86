package io.flinkgpu.inference.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;
import org.apache.flink.runtime.executiongraph.TestingDefaultExecutionGraphBuilder;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerRunRecorderTest {

    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path directory;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final JobID job = new JobID();
    private ExecutionGraph graph;
    private RunRecorder recorder;
    private RunLedger ledger;

    @BeforeEach
    void start() throws Exception {
        graph = TestingDefaultExecutionGraphBuilder.newBuilder().build(executor);
        ledger = RunLedger.open(LedgerConfig.of(url()));
        recorder = recorder(new OperatorID(1, 2), "classify");
        recorder.started();
    }

    @AfterEach
    void stop() throws Exception {
        // The writer outlives the recorder, and must not make files while the directory goes.
        Run unused = run();
        recorder.close();
        ledger.close();
        executor.shutdown();
    }

    @Test
    void isOffWithoutLedger() {
        assertThat(RunRecorder.of(context(new OperatorID()), stage("classify"), Map.of()))
                .isSameAs(RunRecorder.OFF);
    }

    @Test
    void toldByTwoOperatorsAFaultOfTheirProcessIsRecordedOnce() throws Exception {
        FaultLog.Entry fault =
                new FaultLog.Entry(
                        TIME,
                        "node-a",
                        new FaultEvent.DeviceStruck("GPU-7", ErrorClass.SICK_DEVICE, "it fell"));
        try (RunRecorder other = recorder(new OperatorID(3, 4), "embed")) {
            other.started();
            other.faultHappened(fault);
        }
        recorder.faultHappened(fault);

        assertThat(events(1))
                .containsExactly(
                        "DeviceStruck GPU-7: errorClass=SICK_DEVICE, reason=it fell on node-a");
        assertThat(run().stages())
                .extracting(LedgerEntry.StageDescribed::name)
                .containsExactly("classify", "embed");
    }

    @Test
    void rowsThatAreGivenUpAreNoEvents() throws Exception {
        recorder.faultHappened(
                new FaultLog.Entry(
                        TIME,
                        "node-a",
                        new FaultEvent.RowGivenUp("classify", ErrorClass.DATA, "DEAD_LETTER")));
        recorder.faultHappened(
                new FaultLog.Entry(TIME, "node-a", new FaultEvent.ReplicaReturned("gpu-1:9000")));

        assertThat(events(1)).containsExactly("ReplicaReturned gpu-1:9000: on node-a");
    }

    @Test
    void recordsThatAPoolHasChangedItsSize() throws Exception {
        PoolAddress pool = PoolAddress.parse("static://gpu-1:9000,gpu-2:9000");

        recorder.poolChanged(members(pool, 9000), members(pool, 9001));
        recorder.poolChanged(members(pool, 9001), members(pool, 9001, 9002, 9003));

        assertThat(events(1)).containsExactly("PoolScaled " + pool + ": from 1 to 3 replicas");
    }

    @Test
    void recordsTheEndOfTheJob() throws Exception {
        graph.transitionState(JobStatus.CREATED, JobStatus.CANCELLING);
        graph.transitionState(JobStatus.CANCELLING, JobStatus.CANCELED);

        await().until(() -> run().ended() != null);
        assertThat(run().ended().outcome()).isEqualTo(RunOutcome.CANCELED);
    }

    @Test
    void tellsTotalsOfCompletedCheckpointsAlone() throws Exception {
        recorder.reported(0, report(1, 10, 5, new ProgressReport.Model("7", "5e")));
        recorder.checkpointCompleted(1);
        recorder.reported(0, report(2, 20, 15, new ProgressReport.Model("7", "5e")));

        await().until(() -> !run().progress().isEmpty());
        assertThat(run().progress())
                .containsExactly(
                        new LedgerEntry.OperatorProgress(
                                run().id(),
                                1,
                                new OperatorID(1, 2).toHexString(),
                                10,
                                5,
                                1,
                                4,
                                2.0));
        await().until(() -> model().equals(new LedgerEntry.Model("", "7", "5e")));
    }

    /** The next version has another one, which comes when it is known. */
    @Test
    void tellsTheChecksumOfTheVersionThatAnswers() throws Exception {
        recorder.reported(0, report(1, 11, 10, new ProgressReport.Model("7", "5e")));
        recorder.reported(0, report(2, 21, 20, new ProgressReport.Model("7", "")));
        recorder.checkpointCompleted(2);
        recorder.reported(0, report(3, 31, 30, new ProgressReport.Model("8", "")));
        recorder.checkpointCompleted(3);

        await().until(() -> model().equals(new LedgerEntry.Model("", "8", "")));
        recorder.reported(0, report(4, 41, 40, new ProgressReport.Model("8", "9f")));
        recorder.checkpointCompleted(4);
        await().until(() -> model().equals(new LedgerEntry.Model("", "8", "9f")));
    }

    private static ProgressReport report(
            long checkpoint, long in, long out, ProgressReport.Model model) {
        return new ProgressReport(checkpoint, in, out, 1, in - out - 1, 2_000_000_000L, model);
    }

    private LedgerEntry.Model model() throws Exception {
        return run().stages().get(0).model();
    }

    private RunRecorder recorder(OperatorID operator, String name) {
        return RunRecorder.of(
                context(operator), stage(name), Map.of("ledger.url", url(), "ledger.run.id", "r"));
    }

    private MockOperatorCoordinatorContext context(OperatorID operator) {
        return new MockOperatorCoordinatorContext(operator, 2) {
            @Override
            public JobID getJobID() {
                return job;
            }
        };
    }

    private RunRecorder.Stage stage(String name) {
        return new RunRecorder.Stage(name, StagePlan.UNKNOWN, () -> Optional.of(graph));
    }

    private static Membership members(PoolAddress pool, int... ports) {
        List<Replica> replicas =
                Arrays.stream(ports)
                        .mapToObj(port -> Replica.at(new ReplicaAddress("gpu-1", port)))
                        .toList();
        return new Membership(pool, 1, true, replicas);
    }

    /** Kind, subject and detail of the run's events, as soon as there are so many. */
    private List<String> events(int count) throws Exception {
        await().until(() -> ledger.history("r").events().size() >= count);
        return ledger.history("r").events().stream()
                .map(event -> "%s %s: %s".formatted(event.kind(), event.subject(), event.detail()))
                .toList();
    }

    private Run run() throws Exception {
        await().until(() -> ledger.run("r").isPresent());
        return ledger.run("r").orElseThrow();
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("ledger.db");
    }
}
