package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.annotation.Internal;

/**
 * Batches of like rows for one model, so many of them in flight at a time.
 *
 * @param input name of the model's input
 * @param shape of a batch, of the smallest where sizes are adaptive
 * @param inFlight batches
 */
@Internal
public record Traffic(ModelRef model, String input, DataType dataType, Shape shape, int inFlight) {

    private static final long SEED = 1;

    int batchSize() {
        return Math.toIntExact(shape.length(0));
    }

    /** Rows of the batches that share a place on a replica, or a run of a host that merges. */
    int mostRows() {
        return batchSize() * Math.max(1, inFlight / SeparatedOverhead.PLACES);
    }

    /** Bytes of one row's input. */
    long rowBytes() {
        return shape.withoutLeadingAxis().elements() * dataType.byteSize();
    }

    /**
     * Rows that a client answers in a second.
     *
     * @throws IllegalStateException if a batch fails
     */
    double rowsPerSecond(ModelClient client, Duration length) throws Exception {
        return rowsPerSecond(client, BatchSizes.fixed(batchSize()), length);
    }

    /**
     * Rows that a client answers in a second, of batches of these sizes.
     *
     * @throws IllegalStateException if a batch fails
     */
    double rowsPerSecond(ModelClient client, BatchSizes sizes, Duration length) throws Exception {
        ByteBuffer content = content(sizes.most());
        Semaphore free = new Semaphore(inFlight);
        AtomicLong answered = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        while (System.nanoTime() < end && failure.get() == null) {
            free.acquire();
            long sent = System.nanoTime();
            CompletableFuture<?> unused =
                    send(client, sizes.next(), content)
                            .whenComplete(
                                    (rows, cause) -> {
                                        failure.compareAndSet(null, cause);
                                        if (rows != null) {
                                            answered.addAndGet(rows);
                                            sizes.answered(rows, System.nanoTime() - sent);
                                        }
                                        free.release();
                                    });
        }
        free.acquire(inFlight);
        if (failure.get() != null) {
            throw new IllegalStateException("Cannot measure: a batch failed.", failure.get());
        }
        return (double) answered.get() * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }

    private CompletableFuture<Integer> send(ModelClient client, int rows, ByteBuffer content) {
        ByteBuffer inputs = content.slice(0, Math.toIntExact(rows * rowBytes()));
        Tensor tensor =
                Tensor.copyOf(dataType, shapeOf(rows), inputs, DirectBufferPool.ofProcess());
        return client.infer(TensorBatch.of(input, tensor))
                .thenApply(
                        result -> {
                            try (TensorBatch outputs = result.outputs()) {
                                return outputs.rows();
                            }
                        });
    }

    private Shape shapeOf(int rows) {
        return shape.withoutLeadingAxis().withLeadingAxis(rows);
    }

    /** Random bytes; of floats, small ones. */
    private ByteBuffer content(int rows) {
        ByteBuffer content = Tensor.zeros(dataType, shapeOf(rows)).data();
        byte[] bytes = new byte[content.remaining()];
        new Random(SEED).nextBytes(bytes);
        if (dataType == DataType.FLOAT32) {
            // an exponent below 1: no infinities, no denormals
            for (int i = Float.BYTES - 1; i < bytes.length; i += Float.BYTES) {
                bytes[i] = 0x3f;
            }
        }
        return ByteBuffer.wrap(bytes);
    }
}
