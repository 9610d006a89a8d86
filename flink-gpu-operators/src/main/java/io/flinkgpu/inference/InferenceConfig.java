package io.flinkgpu.inference;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of one inference operator.
 *
 * @param maxBatchSize rows, at least 1
 * @param maxBatchDelay from the first row of a batch, not negative
 * @param maxBatchBytes encoded bytes, at least 1
 * @param capacity rows in flight in a subtask, at least {@code maxBatchSize}
 * @param runThreads device batches of the model that run at once, at least 1
 * @param modelLinger after the last task has gone, not negative
 * @param deadline of a row, above zero; null: none
 * @param faults what it puts up with
 */
public record InferenceConfig(
        int maxBatchSize,
        Duration maxBatchDelay,
        long maxBatchBytes,
        int capacity,
        OutputMode outputMode,
        int runThreads,
        Duration modelLinger,
        @Nullable Duration deadline,
        FaultConfig faults)
        implements Serializable {

    private static final int BATCHES_IN_FLIGHT = 4;

    /**
     * Reads {@link InferenceOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static InferenceConfig from(ReadableConfig options) {
        int maxBatchSize = options.get(InferenceOptions.MAX_BATCH_SIZE);
        InferenceConfig config =
                new InferenceConfig(
                        maxBatchSize,
                        options.get(InferenceOptions.MAX_BATCH_DELAY),
                        options.get(InferenceOptions.MAX_BATCH_BYTES).getBytes(),
                        options.getOptional(InferenceOptions.CAPACITY)
                                .orElse(saturatedProduct(BATCHES_IN_FLIGHT, maxBatchSize)),
                        options.get(InferenceOptions.OUTPUT_MODE),
                        options.get(InferenceOptions.RUN_THREADS),
                        options.get(InferenceOptions.MODEL_LINGER),
                        options.getOptional(InferenceOptions.DEADLINE).orElse(null),
                        FaultConfig.from(options));
        List<String> problems = config.problems();
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return config;
    }

    /** The default of every option. */
    public static InferenceConfig defaults() {
        return from(new Configuration());
    }

    /** How long a row may take; empty: for ever. */
    public Optional<Duration> rowDeadline() {
        return Optional.ofNullable(deadline);
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        require(maxBatchSize >= 1, InferenceOptions.MAX_BATCH_SIZE.key(), maxBatchSize, problems);
        require(
                maxBatchBytes >= 1,
                InferenceOptions.MAX_BATCH_BYTES.key(),
                maxBatchBytes,
                problems);
        require(runThreads >= 1, InferenceOptions.RUN_THREADS.key(), runThreads, problems);
        requireNotNegative(InferenceOptions.MAX_BATCH_DELAY.key(), maxBatchDelay, problems);
        requireNotNegative(InferenceOptions.MODEL_LINGER.key(), modelLinger, problems);
        if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
            problems.add(
                    "Invalid %s: %s. It must be above zero; leave it out for none."
                            .formatted(InferenceOptions.DEADLINE.key(), deadline));
        }
        faults.collect(problems);
        if (capacity < maxBatchSize) {
            problems.add(
                    "Invalid %s: %d. It must be at least %s, which is %d."
                            .formatted(
                                    InferenceOptions.CAPACITY.key(),
                                    capacity,
                                    InferenceOptions.MAX_BATCH_SIZE.key(),
                                    maxBatchSize));
        }
        return problems;
    }

    private static void require(boolean valid, String key, long value, List<String> problems) {
        if (!valid) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(key, value));
        }
    }

    private static void requireNotNegative(String key, Duration value, List<String> problems) {
        if (value.isNegative()) {
            problems.add("Invalid %s: %s. It must not be negative.".formatted(key, value));
        }
    }

    private static int saturatedProduct(int first, int second) {
        return (int) Math.min(Integer.MAX_VALUE, (long) first * second);
    }
}
