package io.flinkgpu.inference;

import io.flinkgpu.inference.config.CheckedOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of one inference operator.
 *
 * @param maxBatchSize rows, at least 1
 * @param adaptiveMaxBatchSize rows that batches may grow to, at least {@code maxBatchSize}; the
 *     same where they keep their size
 * @param maxBatchDelay from the first row of a batch, not negative
 * @param maxBatchBytes encoded bytes, at least 1
 * @param capacity rows in flight in a subtask while batches have not grown, at least {@code
 *     maxBatchSize}
 * @param capacityBytes encoded inputs in flight in a subtask, at least 1
 * @param runThreads device batches of the model that run at once, at least 1
 * @param modelLinger after the last task has gone, not negative
 * @param deadline of a row, above zero; null: none
 * @param limits how long it waits, and how often it tries
 */
@Internal
public record InferenceConfig(
        int maxBatchSize,
        int adaptiveMaxBatchSize,
        Duration maxBatchDelay,
        long maxBatchBytes,
        int capacity,
        long capacityBytes,
        OutputMode outputMode,
        int runThreads,
        Duration modelLinger,
        @Nullable Duration deadline,
        Limits limits)
        implements Serializable {

    private static final int BATCHES_IN_FLIGHT = 4;
    private static final int ADAPTIVE_GROWTH = 16;

    /**
     * Reads {@link InferenceOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static InferenceConfig from(ReadableConfig options) {
        CheckedOptions checked = new CheckedOptions(options);
        int maxBatchSize = checked.atLeastOne(InferenceOptions.MAX_BATCH_SIZE);
        long maxBatchBytes = checked.bytes(InferenceOptions.MAX_BATCH_BYTES);
        InferenceConfig config =
                new InferenceConfig(
                        maxBatchSize,
                        adaptiveMaxBatchSize(checked, maxBatchSize),
                        checked.notNegative(InferenceOptions.MAX_BATCH_DELAY),
                        maxBatchBytes,
                        capacity(checked, maxBatchSize),
                        capacityBytes(checked, maxBatchBytes),
                        options.get(InferenceOptions.OUTPUT_MODE),
                        checked.atLeastOne(InferenceOptions.RUN_THREADS),
                        checked.notNegative(InferenceOptions.MODEL_LINGER),
                        deadline(checked),
                        Limits.from(checked));
        checked.throwIfInvalid();
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

    /**
     * Rows in flight in a subtask while batches have so many rows: where these may grow, a whole
     * number of batches, at least four.
     *
     * @param batchSize at least 1 and at most {@code adaptiveMaxBatchSize}
     */
    public int capacityAt(int batchSize) {
        if (adaptiveMaxBatchSize == maxBatchSize) {
            return capacity;
        }
        int rows = Math.max(capacity, saturatedProduct(BATCHES_IN_FLIGHT, batchSize));
        return rows - rows % batchSize;
    }

    /**
     * The settings for a caller that never has more than so many rows in flight: batches are no
     * larger, and grow so far only that four of them are in flight.
     *
     * @param rows at least 1
     */
    public InferenceConfig withCapacity(int rows) {
        int batch = Math.min(maxBatchSize, rows);
        int places = Math.min(capacity, rows);
        return new InferenceConfig(
                batch,
                adaptiveMaxBatchSize == maxBatchSize
                        ? batch
                        : Math.max(batch, Math.min(adaptiveMaxBatchSize, rows / BATCHES_IN_FLIGHT)),
                maxBatchDelay,
                maxBatchBytes,
                places,
                capacityBytes,
                outputMode,
                runThreads,
                modelLinger,
                deadline,
                limits);
    }

    /** How long a batch may wait for its answer until something gives it up. */
    public Duration longestCall() {
        return Stream.of(limits.watchdogTimeout(), limits.maxRunTime(), deadline)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static int adaptiveMaxBatchSize(CheckedOptions options, int maxBatchSize) {
        Optional<Integer> given = options.getOptional(InferenceOptions.ADAPTIVE_MAX_BATCH_SIZE);
        options.require(
                given.isEmpty() || given.get() >= maxBatchSize,
                InferenceOptions.ADAPTIVE_MAX_BATCH_SIZE,
                given.orElse(null),
                "It must be at least %s, which is %d."
                        .formatted(InferenceOptions.MAX_BATCH_SIZE.key(), maxBatchSize));
        if (!options.get(InferenceOptions.ADAPTIVE_BATCH)) {
            return maxBatchSize;
        }
        int share =
                options.getOptional(InferenceOptions.CAPACITY).orElse(Integer.MAX_VALUE)
                        / BATCHES_IN_FLIGHT;
        int largest = given.orElse(saturatedProduct(ADAPTIVE_GROWTH, maxBatchSize));
        return Math.max(maxBatchSize, Math.min(largest, share));
    }

    private static int capacity(CheckedOptions options, int maxBatchSize) {
        int capacity =
                options.getOptional(InferenceOptions.CAPACITY)
                        .orElse(saturatedProduct(BATCHES_IN_FLIGHT, maxBatchSize));
        options.require(
                capacity >= maxBatchSize,
                InferenceOptions.CAPACITY,
                capacity,
                "It must be at least %s, which is %d."
                        .formatted(InferenceOptions.MAX_BATCH_SIZE.key(), maxBatchSize));
        return capacity;
    }

    private static long capacityBytes(CheckedOptions options, long maxBatchBytes) {
        return options.getOptional(InferenceOptions.CAPACITY_BYTES).isPresent()
                ? options.bytes(InferenceOptions.CAPACITY_BYTES)
                : saturatedProduct((long) BATCHES_IN_FLIGHT, maxBatchBytes);
    }

    @Nullable
    private static Duration deadline(CheckedOptions options) {
        Duration deadline = options.getOptional(InferenceOptions.DEADLINE).orElse(null);
        options.require(
                deadline == null || CheckedOptions.isAboveZero(deadline),
                InferenceOptions.DEADLINE,
                deadline,
                "It must be above zero; leave it out for none.");
        return deadline;
    }

    private static int saturatedProduct(int first, int second) {
        return (int) Math.min(Integer.MAX_VALUE, (long) first * second);
    }

    private static long saturatedProduct(long first, long second) {
        return second > Long.MAX_VALUE / first ? Long.MAX_VALUE : first * second;
    }

    /**
     * How long an operator waits for its model, and how often it tries.
     *
     * @param maxAttempts of a batch whose device is lost, at least 1
     * @param watchdogTimeout without an answer although rows wait, above zero
     * @param maxRunTime of a device batch, above zero
     * @param loadTimeout of a model, above zero
     */
    public record Limits(
            int maxAttempts, Duration watchdogTimeout, Duration maxRunTime, Duration loadTimeout)
            implements Serializable {

        private static Limits from(CheckedOptions options) {
            return new Limits(
                    options.atLeastOne(InferenceOptions.MAX_ATTEMPTS),
                    options.aboveZero(InferenceOptions.WATCHDOG_TIMEOUT),
                    options.aboveZero(InferenceOptions.MAX_RUN_TIME),
                    options.aboveZero(InferenceOptions.LOAD_TIMEOUT));
        }
    }
}
