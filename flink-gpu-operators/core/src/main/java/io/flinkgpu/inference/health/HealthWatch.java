package io.flinkgpu.inference.health;

import io.flinkgpu.resources.lease.DeviceBlock;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Ties a subtask to the health of its process: its coordinator hears of faults, of blocked devices
 * and of suspected nodes, and what the coordinator decides about devices is done here.
 *
 * <p>Task thread, except where a method says otherwise.
 */
@Internal
public final class HealthWatch implements AutoCloseable {

    private static final long TELL_MILLIS = 1000;

    private final Subtask subtask;
    private final ProcessHealth health;
    private final FaultRelay faults;
    @Nullable private final FaultEvents.Registration registration;
    private ScheduledFuture<?> timer;

    /**
     * Who watches.
     *
     * @param node of the process, see {@link NodeId}
     * @param end has the task throw the error, which ends the process; any thread
     */
    public record Subtask(
            JobID job,
            OperatorID operator,
            String node,
            OperatorEventGateway coordinator,
            ProcessingTimeService timers,
            Consumer<ProcessUnfitError> end) {}

    /**
     * What the coordinator is told beside faults.
     *
     * @param devices which devices' blocks the coordinator hears of, by UUID; any thread
     * @param leaving runs when the process's node is about to go; any thread, must return at once
     * @param staying runs when it stays after all; any thread, must return at once
     */
    public record Scope(Predicate<String> devices, Runnable leaving, Runnable staying) {

        /** All devices of the process. */
        public static Scope allDevices() {
            return new Scope(device -> true, () -> {}, () -> {});
        }
    }

    /**
     * Starts the detectors of the process if none has, and tells the coordinator from here on.
     *
     * @param options of the process and the job
     * @param scope what it is told beside faults; null: nothing, as the subtask uses no device
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option
     */
    public static HealthWatch start(Subtask subtask, Configuration options, @Nullable Scope scope) {
        return new HealthWatch(subtask, ProcessHealth.ofProcess(options), scope);
    }

    /**
     * Starts the detectors of the process if none has, for those who have no coordinator to tell:
     * devices that fail are blocked in this process.
     *
     * @throws org.apache.flink.configuration.IllegalConfigurationException naming every invalid
     *     option
     */
    public static void startDetectors(Configuration options) {
        ProcessHealth unused = ProcessHealth.ofProcess(options);
    }

    private HealthWatch(Subtask subtask, ProcessHealth health, @Nullable Scope scope) {
        this.subtask = subtask;
        this.health = health;
        this.registration = scope == null ? null : health.listen(new Reporter(subtask, scope));
        this.faults = FaultRelay.join(subtask.job(), subtask.operator(), FaultEvents.ofProcess());
        tellLater();
    }

    /** Does what the coordinator asks for; false if the event is not about health. */
    public boolean handle(OperatorEvent event) {
        if (event instanceof UnblockDevice request) {
            health.unblock(request);
            return true;
        }
        return false;
    }

    /** Whether the process's node is about to go. */
    public boolean nodeLeaves() {
        return health.nodeLeaves();
    }

    @Override
    public void close() {
        timer.cancel(false);
        faults.leave();
        if (registration != null) {
            registration.close();
        }
    }

    private void tellLater() {
        timer =
                subtask.timers()
                        .registerTimer(
                                subtask.timers().getCurrentProcessingTime() + TELL_MILLIS,
                                time -> {
                                    tell();
                                    tellLater();
                                });
    }

    private void tell() {
        List<FaultEvents.TimedFault> untold = faults.take();
        if (!untold.isEmpty()) {
            subtask.coordinator()
                    .sendEventToCoordinator(new FaultLog.Report(subtask.node(), untold));
        }
    }

    /** Any thread. */
    private record Reporter(Subtask subtask, Scope scope) implements HealthListener {

        @Override
        public void deviceBlocked(DeviceBlock block) {
            if (scope.devices().test(block.device())) {
                tell(HealthReport.ofBlocked(subtask.node(), block));
            }
        }

        @Override
        public void deviceSpared(String device, String cause) {
            if (scope.devices().test(device)) {
                tell(HealthReport.ofSpared(subtask.node(), device, cause));
            }
        }

        @Override
        public void nodeSuspected(String cause, boolean leaving) {
            tell(HealthReport.ofNode(subtask.node(), cause, leaving));
            if (leaving) {
                scope.leaving().run();
            }
        }

        @Override
        public void nodeStays(String cause) {
            scope.staying().run();
        }

        @Override
        public void processUnfit(String cause) {
            subtask.end()
                    .accept(
                            new ProcessUnfitError(
                                    "The task manager on node %s is to be replaced: %s."
                                            .formatted(subtask.node(), cause)));
        }

        private void tell(HealthReport report) {
            subtask.coordinator().sendEventToCoordinator(report);
        }
    }
}
