package io.flinkgpu.connectors.kafka;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.streaming.api.environment.CheckpointConfig;

/**
 * Checks that a transaction outlives the checkpoint that commits it.
 *
 * <p>A transaction begins with one checkpoint and is committed when the next one completes: after
 * an interval, and the time that a checkpoint may take. Brokers end it when its timeout is over,
 * and its rows are lost.
 */
record TransactionLifetime(String topic, Duration timeout) implements Serializable {

    /**
     * Checks a job's checkpoints. Without them a bounded job commits at its end.
     *
     * @throws IllegalArgumentException if a transaction may end before it is committed
     */
    void check(CheckpointConfig checkpoints) {
        if (!checkpoints.isCheckpointingEnabled()) {
            return;
        }
        Duration needed =
                Duration.ofMillis(
                        checkpoints.getCheckpointInterval() + checkpoints.getCheckpointTimeout());
        if (timeout.compareTo(needed) <= 0) {
            throw new IllegalArgumentException(
                    "Invalid transaction.timeout.ms of topic '%s': %d. It must be above %d, which is execution.checkpointing.interval and .timeout together: brokers end a transaction that is older, and its rows are lost. Raise it, and the brokers' transaction.max.timeout.ms with it, or lower execution.checkpointing.timeout."
                            .formatted(topic, timeout.toMillis(), needed.toMillis()));
        }
    }
}
