package io.flinkgpu.inference.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.EscalationPolicy;
import io.flinkgpu.inference.health.BlocklistResponse;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.HealthReport;
import io.flinkgpu.inference.health.HealthRequests;
import io.flinkgpu.inference.health.NodeBlocklist;
import io.flinkgpu.inference.health.RecordingNodeBlocker;
import io.flinkgpu.inference.health.UnblockDevice;
import io.flinkgpu.inference.ledger.RunRecorder;
import io.flinkgpu.inference.line.TestingSubtask;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.resources.lease.DeviceBlock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferenceCoordinatorTest {

    private static final PoolAddress STATIC = PoolAddress.parse("static://gpu-1:9000,gpu-2:9000");

    /** Nobody listens there. */
    private static final PoolAddress UNREACHABLE = PoolAddress.parse("flink://localhost:1/p");

    private final Map<Integer, TestingSubtask> subtasks = new HashMap<>();
    private InferenceCoordinator coordinator = coordinator(List.of(STATIC));

    @AfterEach
    void close() {
        coordinator.close();
    }

    @Test
    void tellsASubtaskTheMembersThatAreKnownAlready() throws Exception {
        coordinator.start();
        subtaskRuns(0, 0);
        await().until(() -> !lastMembers(0).isEmpty());

        subtaskRuns(1, 0);

        assertThat(lastMembers(1)).containsExactly("gpu-1:9000", "gpu-2:9000");
    }

    @Test
    void tellsRunningSubtasksOfChanges() {
        subtaskRuns(0, 0);
        assertThat(lastMembers(0)).isEmpty();

        coordinator.start();

        await().untilAsserted(
                        () ->
                                assertThat(lastMembers(0))
                                        .containsExactly("gpu-1:9000", "gpu-2:9000"));
    }

    @Test
    void tellsLostSubtasksNothing() {
        subtaskRuns(0, 0);
        subtaskRuns(1, 0);
        coordinator.executionAttemptFailed(0, 0, null);
        int told = subtasks.get(0).heard().size();

        coordinator.start();

        await().until(() -> !lastMembers(1).isEmpty());
        assertThat(subtasks.get(0).heard()).hasSize(told);
    }

    @Test
    void restoresTheMembersOfAPoolThatCannotBeAsked() throws Exception {
        coordinator = coordinator(List.of(UNREACHABLE));
        coordinator.resetToCheckpoint(7, checkpointWith(UNREACHABLE, "gpu-9"));
        coordinator.start();

        subtaskRuns(0, 1);

        assertThat(lastMembers(0)).containsExactly("gpu-9:9000");
    }

    @Test
    void leavesPoolsBehindThatTheJobNoLongerUses() throws Exception {
        coordinator = coordinator(List.of(UNREACHABLE));
        coordinator.resetToCheckpoint(7, checkpointWith(STATIC, "gpu-1"));

        subtaskRuns(0, 1);

        assertThat(lastMembers(0)).isEmpty();
    }

    @Test
    void saysNothingWhereThereIsNoPool() {
        coordinator = coordinator(List.of());
        coordinator.start();

        subtaskRuns(0, 0);

        assertThat(subtasks.get(0).heard()).isEmpty();
    }

    @Test
    void refusesEvents() {
        OperatorEvent unknown = new OperatorEvent() {};

        assertThatThrownBy(() -> coordinator.handleEventFromOperator(0, 0, unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid event for the inference coordinator: ");
    }

    @Test
    void tellsAllSubtasksOfADeviceThatMayBeUsedAgain() throws Exception {
        coordinator = coordinator(List.of());
        coordinator.start();
        subtaskRuns(0, 0);
        subtaskRuns(1, 0);
        coordinator.handleEventFromOperator(0, 0, blocked("GPU-7"));
        assertThat(blockedDevices(coordinator)).containsExactly("GPU-7");

        coordinator
                .handleCoordinationRequest(new HealthRequests.UnblockDeviceRequest("GPU-7"))
                .join();

        assertThat(allowed(0)).isEqualTo("GPU-7");
        assertThat(allowed(1)).isEqualTo("GPU-7");
        assertThat(blockedDevices(coordinator)).isEmpty();
    }

    @Test
    void answersRequestsAfterAResetToo() throws Exception {
        MockOperatorCoordinatorContext context =
                new MockOperatorCoordinatorContext(new OperatorID(), 1);
        ResettableCoordinator held =
                new ResettableCoordinator(
                        context.getOperatorId(),
                        false,
                        context,
                        RunRecorder.OFF,
                        unused -> coordinator(List.of()));
        held.start();
        held.handleEventFromOperator(0, 0, blocked("GPU-7"));
        assertThat(blockedDevices(held)).containsExactly("GPU-7");

        held.resetToCheckpoint(7, null);

        await().ignoreExceptions().until(() -> blockedDevices(held).isEmpty());
        held.close();
    }

    private String allowed(int subtask) {
        return ((UnblockDevice) subtasks.get(subtask).heard().get(0)).device();
    }

    @Test
    void keepsTheFaultsThatSubtasksTell() {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        FaultEvent fault = new FaultEvent.DeviceUnblocked("gpu-0");

        coordinator.handleEventFromOperator(
                0,
                0,
                new FaultLog.Report("node-1", List.of(new FaultEvents.TimedFault(time, fault))));

        FaultLog.Response answer =
                (FaultLog.Response)
                        coordinator
                                .handleCoordinationRequest(new HealthRequests.ListFaults())
                                .join();
        assertThat(answer.faults()).containsExactly(new FaultLog.Entry(time, "node-1", fault));
    }

    private static HealthReport blocked(String device) {
        return HealthReport.ofBlocked(
                "node-1", new DeviceBlock(device, "a test", Instant.now().plusSeconds(60)));
    }

    private static List<String> blockedDevices(CoordinationRequestHandler asked) {
        BlocklistResponse blocks =
                (BlocklistResponse)
                        asked.handleCoordinationRequest(new HealthRequests.ListBlocks()).join();
        return blocks.devices().stream().map(device -> device.block().device()).toList();
    }

    private void subtaskRuns(int subtask, int attempt) {
        TestingSubtask runs =
                new TestingSubtask(subtask, attempt, coordinator::handleCoordinationRequest);
        subtasks.put(subtask, runs);
        coordinator.executionAttemptReady(subtask, attempt, runs);
        runs.listen();
    }

    private List<String> lastMembers(int subtask) {
        List<OperatorEvent> events = subtasks.get(subtask).heard();
        if (events.isEmpty()) {
            return List.of();
        }
        return ((MembersChanged) events.get(events.size() - 1))
                .pools().stream()
                        .flatMap(pool -> pool.replicas().stream())
                        .map(replica -> replica.address().toString())
                        .toList();
    }

    private static byte[] checkpointWith(PoolAddress pool, String host) throws Exception {
        InferenceCoordinator writer = coordinator(List.of(pool));
        writer.membersChanged(
                new Membership(pool, 3, true, List.of(Replica.at(new ReplicaAddress(host, 9000)))));
        CompletableFuture<byte[]> state = new CompletableFuture<>();
        writer.checkpointCoordinator(7, state);
        return state.get();
    }

    private static InferenceCoordinator coordinator(List<PoolAddress> pools) {
        FaultLog faults = new FaultLog();
        return new InferenceCoordinator(
                pools,
                new Configuration(),
                InferenceCoordinatorTest.class.getClassLoader(),
                new NodeBlocklist(
                        EscalationPolicy.defaults(),
                        new RecordingNodeBlocker(),
                        FaultEvents.ofProcess(),
                        faults,
                        InstantSource.system()),
                faults,
                RunRecorder.OFF);
    }
}
