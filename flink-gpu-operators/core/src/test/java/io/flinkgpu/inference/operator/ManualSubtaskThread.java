package io.flinkgpu.inference.operator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.flink.util.function.ThrowingRunnable;

/** The test's own thread: actions run when the test says so, and time passes as it says. */
final class ManualSubtaskThread implements SubtaskThread {

    private final Consumer<Throwable> failed;
    private final ArrayDeque<ThrowingRunnable<? extends Exception>> actions = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atMillis));
    private long passedMillis;
    private boolean over;

    private record Timer(long atMillis, ThrowingRunnable<? extends Exception> action) {}

    ManualSubtaskThread(Consumer<Throwable> failed) {
        this.failed = failed;
    }

    @Override
    public boolean execute(ThrowingRunnable<? extends Exception> action, String description) {
        return !over && actions.add(action);
    }

    @Override
    public void after(long millis, ThrowingRunnable<? extends Exception> action) {
        timers.add(new Timer(passedMillis + millis, action));
    }

    @Override
    public LongSupplier nanoClock() {
        return () -> TimeUnit.MILLISECONDS.toNanos(passedMillis);
    }

    @Override
    public long currentMillis() {
        return passedMillis;
    }

    /** Runs what has come, and what comes of it. */
    void runActions() {
        while (!actions.isEmpty()) {
            run(actions.remove());
        }
    }

    /** Lets time pass, and timers with it. */
    void pass(Duration time) {
        long until = passedMillis + time.toMillis();
        while (!timers.isEmpty() && timers.peek().atMillis() <= until) {
            Timer next = timers.remove();
            passedMillis = next.atMillis();
            run(next.action());
            runActions();
        }
        passedMillis = until;
    }

    /** Takes and fires nothing more. */
    void end() {
        over = true;
        timers.clear();
    }

    private void run(ThrowingRunnable<? extends Exception> action) {
        try {
            action.run();
        } catch (Throwable failure) {
            failed.accept(failure);
        }
    }
}
