package io.flinkgpu.connectors.mark;

import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Emits the token of the run and the job's id when its input ends. One subtask. */
final class RunEndOperator extends AbstractStreamOperator<String>
        implements OneInputStreamOperator<String, String>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final char SEPARATOR = ' ';

    private String token;
    private transient ListState<String> state;

    RunEndOperator(String token) {
        this.token = token;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("token", Types.STRING));
        // INVARIANT: a run that is resumed ends the run that it goes on with.
        Iterator<String> restored = state.get().iterator();
        if (restored.hasNext()) {
            token = restored.next();
        }
    }

    @Override
    public void processElement(StreamRecord<String> nothing) {}

    @Override
    public void endInput() {
        String job = getRuntimeContext().getJobInfo().getJobId().toHexString();
        output.collect(new StreamRecord<>(token + SEPARATOR + job));
    }

    static String token(String end) {
        return end.substring(0, end.indexOf(SEPARATOR));
    }

    static String job(String end) {
        return end.substring(end.indexOf(SEPARATOR) + 1);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(List.of(token));
    }
}
