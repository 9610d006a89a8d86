package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.HealthReport;
import io.flinkgpu.inference.health.HealthRequests;
import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.health.NodeBlocklist;
import io.flinkgpu.inference.ledger.ProgressReport;
import io.flinkgpu.inference.ledger.RunRecorder;
import io.flinkgpu.inference.line.LineRequest;
import io.flinkgpu.inference.line.SubtaskLines;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.discovery.MemberRetention;
import io.flinkgpu.inference.pool.discovery.PoolDiscoveries;
import io.flinkgpu.inference.pool.discovery.PoolWatch;
import io.flinkgpu.inference.process.DaemonThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Does for the subtasks of one inference operator what they need not do each: watches their pools,
 * and keeps the nodes that are blocked.
 *
 * <p>Touches {@link OperatorCoordinator} of Flink 2.3. Each subtask learns the members when it
 * starts and with each change, over its {@link SubtaskLines line}. Blocked devices, which subtasks
 * report, become blocks of nodes as the {@link NodeBlocklist} decides, and faults are kept in the
 * {@link FaultLog}. The {@link RunRecorder} hears of everything that the ledger is to know.
 * Checkpoints hold the last known members, so that a job that is restored while a pool's registry
 * is away finds its replicas, and the blocks. Flink calls it in the job master's main thread, the
 * watches in theirs.
 */
final class InferenceCoordinator implements OperatorCoordinator, CoordinationRequestHandler {

    private final Map<PoolAddress, Membership> members = new LinkedHashMap<>();
    private final SubtaskLines subtasks = new SubtaskLines(this::handleEventFromOperator);
    private final List<PoolWatch> watches = new ArrayList<>();
    private final Configuration options;
    private final ClassLoader classLoader;
    private final NodeBlocklist blocklist;
    private final FaultLog faults;
    private final RunRecorder recorder;
    private List<NodeBlock> restoredBlocks = List.of();

    InferenceCoordinator(
            List<PoolAddress> pools,
            Configuration options,
            ClassLoader classLoader,
            NodeBlocklist blocklist,
            FaultLog faults,
            RunRecorder recorder) {
        this.faults = faults;
        this.recorder = recorder;
        this.blocklist = blocklist;
        this.options = options;
        this.classLoader = classLoader;
        pools.forEach(pool -> members.put(pool, Membership.unknown(pool)));
    }

    @Override
    public synchronized void start() {
        PoolDiscoveries discoveries = PoolDiscoveries.load(classLoader);
        Duration retention = options.get(PoolOptions.MEMBER_RETENTION);
        members.forEach(
                (pool, known) ->
                        watches.add(
                                new PoolWatch(
                                        discoveries.open(pool, options),
                                        new MemberRetention(known, retention, System::nanoTime),
                                        options.get(PoolOptions.DISCOVERY_INTERVAL),
                                        this::membersChanged,
                                        watch ->
                                                DaemonThreads.ofJob("pool-watch " + pool, watch))));
        publish();
        watches.forEach(PoolWatch::start);
        blocklist.restore(restoredBlocks);
        recorder.started();
    }

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event) {
        if (event instanceof HealthReport report) {
            CompletableFuture<Void> unused = blocklist.reported(report);
        } else if (event instanceof FaultLog.Report report) {
            faults.add(report);
        } else if (event instanceof ProgressReport report) {
            recorder.reported(subtask, report);
        } else {
            throw new IllegalArgumentException(
                    "Invalid event for the inference coordinator: "
                            + event
                            + ". It takes reports of health, of faults and of progress.");
        }
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        return request instanceof LineRequest ofSubtask
                ? subtasks.answer(ofSubtask)
                : HealthRequests.answer(request, blocklist, faults, subtasks::tellAll);
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {
        subtasks.connect(gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, @Nullable Throwable reason) {
        subtasks.disconnect(subtask);
        recorder.attemptLost(subtask);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        subtasks.disconnect(subtask);
        recorder.attemptLost(subtask);
    }

    @Override
    public synchronized void checkpointCoordinator(
            long checkpointId, CompletableFuture<byte[]> result) throws Exception {
        result.complete(
                CoordinatorStateFormat.write(
                        new CoordinatorState(
                                new ArrayList<>(members.values()),
                                new ArrayList<>(blocklist.blocks()))));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        recorder.checkpointCompleted(checkpointId);
    }

    /** Called before {@link #start()}, on a coordinator of its own. */
    @Override
    public synchronized void resetToCheckpoint(long checkpointId, @Nullable byte[] checkpointData)
            throws Exception {
        if (checkpointData == null || checkpointData.length == 0) {
            return;
        }
        CoordinatorState held = CoordinatorStateFormat.read(checkpointData);
        // Pools that the job no longer uses are left behind.
        held.members().forEach(known -> members.replace(known.pool(), known));
        restoredBlocks = held.blocks();
    }

    @Override
    public synchronized void close() {
        watches.forEach(PoolWatch::close);
        watches.clear();
        blocklist.close();
        faults.close();
    }

    /** Any thread. */
    synchronized void membersChanged(Membership changed) {
        Membership former = members.put(changed.pool(), changed);
        recorder.poolChanged(former, changed);
        publish();
    }

    /** Where there is no pool, there is nothing to know. */
    private void publish() {
        if (!members.isEmpty()) {
            subtasks.publish(new MembersChanged(List.copyOf(members.values())));
        }
    }
}
