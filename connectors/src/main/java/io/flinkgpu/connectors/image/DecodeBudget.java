package io.flinkgpu.connectors.image;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The processor time that decoding one image may take.
 *
 * <p>Processor time and not the time of day, so that a busy machine or a paused process costs no
 * image. The thread that decodes asks itself: readers hand over no thread, and none is lost.
 */
final class DecodeBudget {

    private final LongSupplier wallNanos;
    private final LongSupplier cpuNanos;
    private final long limitNanos;
    private long wallStart;
    private long cpuStart;

    DecodeBudget(Duration limit, LongSupplier wallNanos, LongSupplier cpuNanos) {
        this.limitNanos = limit.toNanos();
        this.wallNanos = wallNanos;
        this.cpuNanos = cpuNanos;
    }

    static DecodeBudget ofThread(Duration limit) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier cpuNanos =
                threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                        ? threads::getCurrentThreadCpuTime
                        : System::nanoTime;
        return new DecodeBudget(limit, System::nanoTime, cpuNanos);
    }

    /** Starts anew, for another image. */
    void start() {
        wallStart = wallNanos.getAsLong();
        cpuStart = cpuNanos.getAsLong();
    }

    boolean isSpent() {
        // A thread never runs for longer than the time that passes, which is cheaper to ask for.
        return wallNanos.getAsLong() - wallStart > limitNanos
                && cpuNanos.getAsLong() - cpuStart > limitNanos;
    }

    /**
     * @throws DecodeBudgetException if the budget is spent
     */
    void check() throws DecodeBudgetException {
        if (isSpent()) {
            throw new DecodeBudgetException();
        }
    }
}
