package io.flinkgpu.connectors.budget;

import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up what the whole job counts, and ends the job for good when its budget is exceeded.
 *
 * <p>One subtask. The counts are its state, so that a row which is read again after a failure
 * counts once. {@link SuppressRestartsException} of Flink 2.3 keeps the restart strategy out.
 */
final class BudgetOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<BudgetCount, Void>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final BudgetCheck check;

    private transient BudgetCount total;
    private transient ListState<BudgetCount> state;
    private transient SettledLetters settled;

    BudgetOperator(BudgetCheck check) {
        this.check = check;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("counts", BudgetCount.typeInfo()));
        total = BudgetCount.NONE;
        for (BudgetCount restored : state.get()) {
            total = total.plus(restored);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        settled = new SettledLetters(getProcessingTimeService().getCurrentProcessingTime());
        getMetricGroup().gauge("deadLetters", () -> total.deadLetters());
        getMetricGroup().gauge("rows", () -> total.rows());
    }

    @Override
    public void processElement(StreamRecord<BudgetCount> more) {
        total = total.plus(more.getValue());
        long now = getProcessingTimeService().getCurrentProcessingTime();
        endFor(check.problem(total, settled.of(total.deadLetters(), now)));
    }

    @Override
    public void endInput() {
        endFor(check.problemAtEnd(total));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(List.of(total));
    }

    private static void endFor(Optional<String> problem) {
        problem.ifPresent(
                reason -> {
                    throw new SuppressRestartsException(new ErrorBudgetExceededException(reason));
                });
    }
}
