package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The count across a failure. */
class RowCounterITCase {

    private static final int ROWS = 20_000;

    @Test
    @Timeout(120)
    void countsRowThatIsReadAgainOnce() throws Exception {
        Configuration options = new Configuration();
        options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        StreamExecutionEnvironment job =
                StreamExecutionEnvironment.createLocalEnvironment(1, options);
        FailsAfterFirstCheckpoint.failed.set(false);

        job.fromSequence(1, ROWS)
                .map(new RowCounter<>("rows"))
                .returns(Long.class)
                .map(new FailsAfterFirstCheckpoint())
                .sinkTo(new DiscardingSink<>());
        JobExecutionResult result = job.execute();

        assertThat(FailsAfterFirstCheckpoint.failed).isTrue();
        assertThat(result.<Long>getAccumulatorResult("rows")).isEqualTo(ROWS);
    }

    /**
     * Fails once, at a row after a completed checkpoint; slow enough for checkpoints in between.
     */
    private static final class FailsAfterFirstCheckpoint extends RichMapFunction<Long, Long>
            implements CheckpointListener {

        private static final long NANOS_A_ROW = 100_000;
        private static final AtomicBoolean failed = new AtomicBoolean();

        private boolean checkpointed;

        @Override
        public Long map(Long row) {
            LockSupport.parkNanos(NANOS_A_ROW);
            if (checkpointed && failed.compareAndSet(false, true)) {
                throw new IllegalStateException("scripted failure");
            }
            return row;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            checkpointed = true;
        }
    }
}
