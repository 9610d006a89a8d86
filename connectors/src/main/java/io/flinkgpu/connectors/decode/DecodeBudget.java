package io.flinkgpu.connectors.decode;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * The processor time that decoding one file may take.
 *
 * <p>Processor time and not the time of day, so that a busy machine or a paused process costs no
 * file. The thread that decodes asks itself: readers hand over no thread, and none is lost.
 */
@Internal
public final class DecodeBudget {

    private final LongSupplier wallNanos;
    private final LongSupplier cpuNanos;
    private final long limitNanos;
    private long wallStart;
    private long cpuStart;

    /**
     * A budget by these clocks.
     *
     * @param limit the processor time of one file
     */
    public DecodeBudget(Duration limit, LongSupplier wallNanos, LongSupplier cpuNanos) {
        this.limitNanos = limit.toNanos();
        this.wallNanos = wallNanos;
        this.cpuNanos = cpuNanos;
    }

    /** A budget of the thread that asks. */
    public static DecodeBudget ofThread(Duration limit) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier cpuNanos =
                threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                        ? threads::getCurrentThreadCpuTime
                        : System::nanoTime;
        return new DecodeBudget(limit, System::nanoTime, cpuNanos);
    }

    /** Starts anew, for another file. */
    public void start() {
        wallStart = wallNanos.getAsLong();
        cpuStart = cpuNanos.getAsLong();
    }

    /** Whether more time was taken than allowed. */
    public boolean isSpent() {
        // A thread never runs for longer than the time that passes, which is cheaper to ask for.
        return wallNanos.getAsLong() - wallStart > limitNanos
                && cpuNanos.getAsLong() - cpuStart > limitNanos;
    }

    /**
     * Goes on within the budget alone.
     *
     * @throws DecodeBudgetException if the budget is spent
     */
    public void check() throws DecodeBudgetException {
        if (isSpent()) {
            throw new DecodeBudgetException();
        }
    }
}
