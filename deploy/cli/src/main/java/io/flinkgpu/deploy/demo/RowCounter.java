package io.flinkgpu.deploy.demo;

import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Counts the rows that pass, in an accumulator.
 *
 * <p>The count is state, so that a row that is read again after a failure counts once. Flink drops
 * the accumulators of a task that had finished before the last checkpoint when the job restarts
 * after that: then the count is missing, not wrong.
 */
final class RowCounter<T> extends RichMapFunction<T, T> implements CheckpointedFunction {

    private final String name;
    private final LongCounter count = new LongCounter();
    private transient ListState<Long> state;

    /**
     * Counts under a name.
     *
     * @param name the accumulator's
     */
    RowCounter(String name) {
        this.name = name;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("rows", Types.LONG));
        for (Long restored : state.get()) {
            count.add(restored);
        }
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(name, count);
    }

    @Override
    public T map(T row) {
        count.add(1L);
        return row;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(List.of(count.getLocalValue()));
    }
}
