package io.flinkgpu.benchmarks.flink;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Counts the rows that were answered. */
@Internal
public final class AnswerCount extends RichMapFunction<Boolean, Boolean> {

    /** The accumulator's name. */
    public static final String ANSWERED = "answered";

    private static final long serialVersionUID = 1L;

    private final LongCounter answered = new LongCounter();

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(ANSWERED, answered);
    }

    @Override
    public Boolean map(Boolean wasAnswered) {
        if (wasAnswered) {
            answered.add(1);
        }
        return wasAnswered;
    }
}
