package io.flinkgpu.inference.blocklist;

import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;

/** Passes trouble of a process on to the coordinator of one of its subtasks. Any thread. */
@Internal
public final class TroubleReporter implements TroubleListener {

    private final String node;
    private final OperatorEventGateway coordinator;
    private final Consumer<ProcessUnfitError> end;

    /**
     * A reporter of a subtask.
     *
     * @param node of the process, see {@link NodeId}
     * @param end has the task throw the error, which ends the process; any thread
     */
    public TroubleReporter(
            String node, OperatorEventGateway coordinator, Consumer<ProcessUnfitError> end) {
        this.node = node;
        this.coordinator = coordinator;
        this.end = end;
    }

    @Override
    public void deviceInTrouble(DeviceTrouble trouble) {
        coordinator.sendEventToCoordinator(TroubleReport.of(node, trouble));
    }

    @Override
    public void nodeLeaving(String cause) {
        coordinator.sendEventToCoordinator(TroubleReport.ofLeaving(node, cause));
    }

    @Override
    public void processUnfit(String cause) {
        end.accept(
                new ProcessUnfitError(
                        "The task manager on node %s is to be replaced: %s."
                                .formatted(node, cause)));
    }
}
