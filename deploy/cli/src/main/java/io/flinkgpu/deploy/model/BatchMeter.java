package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Measures a model with batches of zeros, one after the other, in growing sizes. One thread.
 *
 * <p>What a stage adds is not in it: rows that wait for their batch to fill, and other batches that
 * wait in front of the device.
 */
final class BatchMeter {

    /** As many bytes as a stage puts into a batch by default. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int UNTIMED_RUNS = 2;
    private static final int FEWEST_RUNS = 5;
    private static final int MOST_RUNS = 1000;
    private static final double P95 = 0.95;

    private final ModelClient client;
    private final ModelSignature signature;
    private final Duration timeOfSize;

    /**
     * Measures nothing yet.
     *
     * @param timeOfSize how long each size is measured; a slow one takes five runs
     */
    BatchMeter(ModelClient client, ModelSignature signature, Duration timeOfSize) {
        this.client = client;
        this.signature = signature;
        this.timeOfSize = timeOfSize;
    }

    /**
     * The timings of 1, 2, 4, ... rows.
     *
     * @param mostRows the largest size, at least 1
     * @throws IllegalArgumentException if the model has no row of zeros
     * @throws IllegalStateException if a run fails
     */
    List<BatchTiming> measure(int mostRows) throws InterruptedException {
        requireZeros();
        List<BatchTiming> timings = new ArrayList<>();
        for (int rows : sizes(mostRows)) {
            timings.add(measureSize(rows));
        }
        return timings;
    }

    private void requireZeros() {
        if (!signature.isOpenInBatchAxisAlone() || signature.takesStrings()) {
            throw new IllegalArgumentException(
                    "Cannot measure signature '%s': it takes strings, or rows of no fixed shape, and zeros are no example of them. Its inputs: %s."
                            .formatted(signature.name(), signature.inputs()));
        }
    }

    private List<Integer> sizes(int mostRows) {
        if (signature.fixedBatchSize().isPresent()) {
            return List.of(signature.fixedBatchSize().getAsInt());
        }
        long rowBytes;
        try (TensorBatch row = signature.zeros(1)) {
            rowBytes = Math.max(1, row.byteSize());
        }
        List<Integer> sizes = new ArrayList<>();
        for (long rows = 1; rows <= mostRows && rows * rowBytes <= MOST_BYTES; rows *= 2) {
            sizes.add((int) rows);
        }
        return sizes.isEmpty() ? List.of(1) : sizes;
    }

    private BatchTiming measureSize(int rows) throws InterruptedException {
        for (int i = 0; i < UNTIMED_RUNS; i++) {
            run(rows);
        }
        List<Long> nanos = new ArrayList<>();
        Stopwatch all = Stopwatch.start();
        while (nanos.size() < FEWEST_RUNS
                || (nanos.size() < MOST_RUNS && !all.hasReached(timeOfSize))) {
            nanos.add(run(rows));
        }
        long sum = nanos.stream().mapToLong(Long::longValue).sum();
        nanos.sort(null);
        return new BatchTiming(
                rows,
                nanos.size(),
                Duration.ofNanos(nanos.get(nanos.size() / 2)),
                Duration.ofNanos(nanos.get((int) Math.ceil(P95 * nanos.size()) - 1)),
                (double) rows * nanos.size() * Duration.ofSeconds(1).toNanos() / sum);
    }

    private long run(int rows) throws InterruptedException {
        TensorBatch zeros = signature.zeros(rows);
        Stopwatch watch = Stopwatch.start();
        try {
            InferenceResult result = client.infer(zeros).get();
            long nanos = watch.nanos();
            result.outputs().close();
            return nanos;
        } catch (ExecutionException failure) {
            throw new IllegalStateException(
                    "Cannot measure batches of %d rows: %s"
                            .formatted(rows, failure.getCause().getMessage()),
                    failure);
        }
    }
}
