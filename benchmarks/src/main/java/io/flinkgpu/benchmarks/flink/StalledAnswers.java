package io.flinkgpu.benchmarks.flink;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/** Answers each row with itself after a fixed time, without using the processor meanwhile. */
@Internal
public final class StalledAnswers extends RichAsyncFunction<Long, Long> {

    private final String job;
    private final Duration stall;
    private transient ScheduledExecutorService timer;

    /**
     * @param job under which {@link Arrivals} counts the rows
     */
    public StalledAnswers(String job, Duration stall) {
        this.job = job;
        this.stall = stall;
    }

    @Override
    public void open(OpenContext context) {
        timer = Executors.newSingleThreadScheduledExecutor();
    }

    @Override
    public void asyncInvoke(Long row, ResultFuture<Long> answer) {
        Arrivals.count(job);
        ScheduledFuture<?> unused =
                timer.schedule(
                        () -> answer.complete(List.of(row)),
                        stall.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
