package io.flinkgpu.inference.operator;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.clock.Clock;

/**
 * Timers as those of a task: the wall clock, which may be set, says how long a timer has to wait
 * when it is registered, and from there on it waits by a clock that only grows.
 */
final class SteppedTimers implements ProcessingTimeService {

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atMillis));
    private long passedMillis;
    private long wallAhead = Duration.ofDays(20_000).toMillis();

    private record Timer(long atMillis, ProcessingTimeCallback action) {}

    /** Lets time pass, and timers with it. */
    void pass(Duration time) throws Exception {
        long until = passedMillis + time.toMillis();
        while (!timers.isEmpty() && timers.peek().atMillis() <= until) {
            Timer next = timers.poll();
            passedMillis = next.atMillis();
            next.action().onProcessingTime(getCurrentProcessingTime());
        }
        passedMillis = until;
    }

    void stepWallClock(Duration step) {
        wallAhead += step.toMillis();
    }

    @Override
    public Clock getClock() {
        return new Clock() {
            @Override
            public long absoluteTimeMillis() {
                return getCurrentProcessingTime();
            }

            @Override
            public long relativeTimeMillis() {
                return passedMillis;
            }

            @Override
            public long relativeTimeNanos() {
                return TimeUnit.MILLISECONDS.toNanos(passedMillis);
            }
        };
    }

    @Override
    public long getCurrentProcessingTime() {
        return passedMillis + wallAhead;
    }

    @Override
    public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
        long delay = Math.max(timestamp - getCurrentProcessingTime(), 0);
        timers.add(new Timer(passedMillis + delay, target));
        return new NeverCancelled();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            ProcessingTimeCallback callback, long initialDelay, long period) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            ProcessingTimeCallback callback, long initialDelay, long period) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> quiesce() {
        return CompletableFuture.completedFuture(null);
    }

    private static final class NeverCancelled extends CompletableFuture<Object>
            implements ScheduledFuture<Object> {
        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
