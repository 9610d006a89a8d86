package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.model.TextModel;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Batches of sentences that come at a fixed rate, whether those before are answered or not.
 *
 * @param batchesPerSecond above 0
 */
record SteadyBatches(int batchesPerSecond) {

    /**
     * How long each batch took from when it was due, in nanoseconds, the shortest first. Blocks
     * until all are answered.
     *
     * @throws IllegalStateException if a batch fails
     */
    long[] latencies(ModelClient client, Duration length) {
        Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        Phaser open = new Phaser(1);
        long step = TimeUnit.SECONDS.toNanos(1) / batchesPerSecond;
        long start = System.nanoTime();
        long batches = length.toNanos() / step;
        for (long i = 0; i < batches; i++) {
            long due = start + i * step;
            LockSupport.parkNanos(due - System.nanoTime());
            open.register();
            CompletableFuture<?> unused =
                    client.infer(batch(i))
                            .whenComplete(
                                    (result, failure) -> {
                                        if (result != null) {
                                            result.outputs().close();
                                            nanos.add(System.nanoTime() - due);
                                        }
                                        open.arriveAndDeregister();
                                    });
        }
        open.arriveAndAwaitAdvance();
        if (nanos.size() < batches) {
            throw new IllegalStateException(
                    "Cannot measure: %d of %d batches failed."
                            .formatted(batches - nanos.size(), batches));
        }
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static TensorBatch batch(long number) {
        String[] words = new String[DisturbedReplicas.BATCH_SIZE * TextModel.WORDS];
        Arrays.setAll(words, i -> "word" + (number * words.length + i));
        return TensorBatch.of(
                TextModel.INPUT,
                Tensor.ofStrings(Shape.of(DisturbedReplicas.BATCH_SIZE, TextModel.WORDS), words));
    }

    /** The latency that a share of the batches does not exceed, in milliseconds. */
    static double millis(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return (double) sorted[Math.max(0, index)] / TimeUnit.MILLISECONDS.toNanos(1);
    }
}
