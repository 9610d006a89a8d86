package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.RowWeigher;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Packs rows into batches of at most so many rows, bytes and weight.
 *
 * <p>Its owner asks {@link #tryAdd}, sends {@link #build()} when a row did not fit or the batch is
 * full, and adds the row again. A row that exceeds a limit by itself makes a batch by itself.
 * Single-threaded.
 */
final class BatchAssembler<IN, OUT> {

    private final TensorEncoder<IN> encoder;
    private final BatchLimits<IN> limits;
    private final DirectBufferPool pool;
    private final TensorBatchBuilder inputs;
    private List<InFlightRow<IN, OUT>> rows = new ArrayList<>();
    private long weight;

    /**
     * When a batch is full.
     *
     * @param maxWeight ignored without a weigher
     */
    record BatchLimits<IN>(
            int maxRows, long maxBytes, long maxWeight, @Nullable RowWeigher<IN> weigher) {

        private long weigh(IN row) {
            return weigher == null ? 0 : weigher.weigh(row);
        }
    }

    BatchAssembler(TensorEncoder<IN> encoder, BatchLimits<IN> limits, DirectBufferPool pool) {
        this.encoder = encoder;
        this.limits = limits;
        this.pool = pool;
        this.inputs = new TensorBatchBuilder(pool, limits.maxRows());
    }

    static <IN, OUT> BatchAssembler<IN, OUT> of(InferenceSpec<IN, OUT> spec) {
        BatchLimits<IN> limits =
                new BatchLimits<>(
                        spec.config().maxBatchSize(),
                        spec.config().maxBatchBytes(),
                        spec.maxBatchWeight(),
                        spec.weigher());
        return new BatchAssembler<>(spec.encoder(), limits, DirectBufferPool.ofProcess());
    }

    /**
     * Encodes a row into the batch.
     *
     * @return false, with the batch as it was, if the row belongs into another batch: it is too
     *     heavy for this one or shaped differently
     * @throws Exception what the encoder throws; the batch is as it was
     */
    boolean tryAdd(InFlightRow<IN, OUT> row) throws Exception {
        long rowWeight = limits.weigh(row.value());
        boolean tooHeavy = weight + rowWeight > limits.maxWeight();
        if (limits.weigher() != null && tooHeavy && !isEmpty()) {
            return false;
        }
        if (!inputs.tryAppend(writer -> encoder.encode(row.value(), writer))) {
            return false;
        }
        weight += rowWeight;
        rows.add(row);
        return true;
    }

    /**
     * Encodes rows that have been in a batch together before, apart from the batch at hand.
     *
     * @throws Exception what the encoder throws
     */
    TensorBatch encodeAgain(List<InFlightRow<IN, OUT>> again) throws Exception {
        TensorBatchBuilder builder = new TensorBatchBuilder(pool, again.size());
        try {
            for (InFlightRow<IN, OUT> row : again) {
                if (!builder.tryAppend(writer -> encoder.encode(row.value(), writer))) {
                    throw new ShapeMismatchException(
                            "Cannot encode row again: it has another shape than the rows it was sent with.");
                }
            }
            return builder.build();
        } catch (Exception failure) {
            builder.discard();
            throw failure;
        }
    }

    boolean isFull() {
        return rows.size() >= limits.maxRows()
                || inputs.byteSize() >= limits.maxBytes()
                || (limits.weigher() != null && weight >= limits.maxWeight());
    }

    int size() {
        return rows.size();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The batch so far; starts the next one. Only if not empty. */
    AssembledBatch<IN, OUT> build() {
        AssembledBatch<IN, OUT> batch = new AssembledBatch<>(rows, inputs.build());
        rows = new ArrayList<>();
        weight = 0;
        return batch;
    }

    /** Gives up the batch so far. */
    void discard() {
        inputs.discard();
        rows = new ArrayList<>();
        weight = 0;
    }
}
