package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread of a caller that has no mailbox.
 *
 * <p>It takes all actions that have come at once, so that a busy thread costs those who call it no
 * wake-up. It keeps the class loader of its creator, and ends with {@link #close}.
 */
final class RowThread implements SubtaskThread {

    private static final Logger LOG = LoggerFactory.getLogger(RowThread.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasWork = lock.newCondition();
    private final Thread thread;
    private final Consumer<Throwable> failed;

    // Guarded by the lock.
    private List<ThrowingRunnable<? extends Exception>> arrived = new ArrayList<>();
    private volatile boolean closed;

    // The thread's own.
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::fromStartNanos));
    private final Stopwatch sinceStart = Stopwatch.start();
    private List<ThrowingRunnable<? extends Exception>> taken = new ArrayList<>();

    private record Timer(long fromStartNanos, ThrowingRunnable<? extends Exception> action) {}

    /**
     * A thread that waits for {@link #start()}.
     *
     * @param failed called in the thread with what an action throws; may not throw
     */
    RowThread(String name, Consumer<Throwable> failed) {
        this.thread = DaemonThreads.ofJob(name, this::run);
        this.failed = failed;
    }

    void start() {
        thread.start();
    }

    @Override
    public boolean execute(ThrowingRunnable<? extends Exception> action, String description) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            arrived.add(action);
            if (arrived.size() == 1) {
                hasWork.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void after(long millis, ThrowingRunnable<? extends Exception> action) {
        long delay = TimeUnit.MILLISECONDS.toNanos(millis);
        long now = sinceStart.nanos();
        timers.add(new Timer(now > Long.MAX_VALUE - delay ? Long.MAX_VALUE : now + delay, action));
    }

    @Override
    public LongSupplier nanoClock() {
        return System::nanoTime;
    }

    @Override
    public long currentMillis() {
        return System.currentTimeMillis();
    }

    /**
     * Ends the thread: it finishes the actions that it has taken, runs {@code last}, then what has
     * come meanwhile, and takes nothing more: no timer, and no second {@code last}. Waits for a
     * while, and interrupts what does not end; the thread itself does not wait.
     */
    void close(ThrowingRunnable<? extends Exception> last) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                arrived.add(0, last);
                hasWork.signal();
            }
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        if (endsWithin(PATIENCE)) {
            return;
        }
        thread.interrupt();
        if (!endsWithin(PATIENCE)) {
            LOG.warn(
                    "Thread '{}' does not end, and is left behind. It is in: {}",
                    thread.getName(),
                    List.of(thread.getStackTrace()));
        }
    }

    /** A task that is cancelled is interrupted all the time, and has to clean up nevertheless. */
    private boolean endsWithin(Duration patience) {
        Stopwatch waited = Stopwatch.start();
        boolean interrupted = false;
        while (thread.isAlive() && !waited.hasReached(patience)) {
            try {
                thread.join(Math.max(1, patience.minus(waited.time()).toMillis()));
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (takeArrived()) {
            taken.forEach(this::run);
            taken.clear();
            runDueTimers();
        }
    }

    private void run(ThrowingRunnable<? extends Exception> action) {
        try {
            action.run();
        } catch (Throwable failure) {
            failed.accept(failure);
        }
    }

    private void runDueTimers() {
        while (!closed && !timers.isEmpty() && timers.peek().fromStartNanos <= sinceStart.nanos()) {
            run(timers.remove().action);
        }
    }

    /** Waits for actions or a timer; false if there will be none. */
    private boolean takeArrived() {
        lock.lock();
        try {
            long left = nanosToNextTimer();
            while (arrived.isEmpty() && !closed && left > 0) {
                left = await(left);
            }
            List<ThrowingRunnable<? extends Exception>> next = arrived;
            arrived = taken;
            taken = next;
            return !closed || !taken.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** What is left of the time then; the interrupt is meant for an action that did not end. */
    @SuppressWarnings("WaitNotInLoop") // the caller's
    private long await(long nanos) {
        try {
            return hasWork.awaitNanos(nanos);
        } catch (InterruptedException late) {
            return nanosToNextTimer();
        }
    }

    /** Zero or below: one is due. */
    private long nanosToNextTimer() {
        return timers.isEmpty()
                ? Long.MAX_VALUE
                : timers.peek().fromStartNanos - sinceStart.nanos();
    }
}
