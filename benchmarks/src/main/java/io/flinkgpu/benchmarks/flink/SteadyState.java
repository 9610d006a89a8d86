package io.flinkgpu.benchmarks.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Takes the time of the rows that pass, without those of a job's start.
 *
 * <p>The clock starts in each subtask with the row after the skipped ones and stops with its last
 * one; the job's steady part lasts from the first start to the last stop. All subtasks run in one
 * process, whose monotonic clock they share.
 */
@Internal
public final class SteadyState<T> extends RichMapFunction<T, T> {

    private static final String START = "bench.steadyStart";
    private static final String END = "bench.steadyEnd";
    private static final String ROWS = "bench.steadyRows";
    private static final String ALL_ROWS = "bench.allRows";
    private static final String PROCESSOR_START = "bench.processorStart";
    private static final String PROCESSOR_END = "bench.processorEnd";

    private final long skippedRows;
    private final LongMinimum start = new LongMinimum();
    private final LongMaximum end = new LongMaximum();
    private final LongCounter rows = new LongCounter();
    private final LongCounter allRows = new LongCounter();
    private final LongMinimum processorStart = new LongMinimum();
    private final LongMaximum processorEnd = new LongMaximum();
    private long seen;
    private long lastNanos;

    /**
     * Starts the clock late.
     *
     * @param skippedRows of each subtask
     */
    public SteadyState(long skippedRows) {
        this.skippedRows = skippedRows;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(START, start);
        getRuntimeContext().addAccumulator(END, end);
        getRuntimeContext().addAccumulator(ROWS, rows);
        getRuntimeContext().addAccumulator(ALL_ROWS, allRows);
        getRuntimeContext().addAccumulator(PROCESSOR_START, processorStart);
        getRuntimeContext().addAccumulator(PROCESSOR_END, processorEnd);
    }

    @Override
    public T map(T row) {
        seen++;
        if (seen == skippedRows + 1) {
            processorStart.add(processorNanos());
            start.add(System.nanoTime());
        } else if (seen > skippedRows) {
            lastNanos = System.nanoTime();
        }
        return row;
    }

    @Override
    public void close() {
        allRows.add(seen);
        if (seen > skippedRows + 1) {
            end.add(lastNanos);
            processorEnd.add(processorNanos());
            // the row that started the clock came before the time that is taken
            rows.add(seen - skippedRows - 1);
        }
    }

    /** All rows that passed, the skipped ones included. */
    static long allRows(Map<String, Object> accumulators) {
        return (Long) accumulators.get(ALL_ROWS);
    }

    /**
     * Processor time of the process for each row of a finished job, that of the job manager and of
     * all other threads included.
     *
     * @throws IllegalStateException if no subtask saw more rows than it skipped
     */
    static double processorNanosPerRow(Map<String, Object> accumulators) {
        long nanos =
                (Long) accumulators.get(PROCESSOR_END) - (Long) accumulators.get(PROCESSOR_START);
        return (double) nanos / steadyRows(accumulators);
    }

    /**
     * Rows a second of a finished job.
     *
     * @throws IllegalStateException if no subtask saw more rows than it skipped
     */
    static double rowsPerSecond(Map<String, Object> accumulators) {
        long rows = steadyRows(accumulators);
        long nanos = (Long) accumulators.get(END) - (Long) accumulators.get(START);
        return (double) rows * TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    private static long steadyRows(Map<String, Object> accumulators) {
        long rows = (Long) accumulators.get(ROWS);
        if (rows == 0) {
            throw new IllegalStateException(
                    "Cannot measure the job: no subtask saw more rows than it skipped.");
        }
        return rows;
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
