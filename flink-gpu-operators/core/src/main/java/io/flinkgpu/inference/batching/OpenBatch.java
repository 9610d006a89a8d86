package io.flinkgpu.inference.batching;

import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The batch that rows are packed into, of at most so many rows, bytes and weight.
 *
 * <p>Its owner asks {@link #tryAdd}, sends {@link #rows()} and {@link #build()} when a row did not
 * fit or the batch is full, and adds the row again. A row that exceeds a limit by itself makes a
 * batch by itself. Single-threaded.
 */
@Internal
public final class OpenBatch<R> {

    private final BatchEncoder<R> encoder;
    private final Limits<R> limits;
    private TensorBatchBuilder inputs;
    private List<R> rows = new ArrayList<>();
    private long weight;

    /**
     * When a batch is full.
     *
     * @param maxRows at least 1; asked for each row, and may change
     * @param maxBytes encoded bytes, at least 1
     * @param maxWeight ignored without a weigher
     * @param weigher says how much of a batch a row takes; null: rows have no weight
     */
    public record Limits<R>(
            IntSupplier maxRows,
            long maxBytes,
            long maxWeight,
            @Nullable ToLongFunction<R> weigher) {

        private long weigh(R row) {
            return weigher == null ? 0 : weigher.applyAsLong(row);
        }
    }

    /** An empty batch. */
    public OpenBatch(BatchEncoder<R> encoder, Limits<R> limits) {
        this.encoder = encoder;
        this.limits = limits;
        this.inputs = nextInputs();
    }

    /**
     * Encodes a row into the batch.
     *
     * @return false, with the batch as it was, if the row belongs into another batch: it is too
     *     heavy for this one or shaped differently
     * @throws Exception what the encoder throws; the batch is as it was
     */
    public boolean tryAdd(R row) throws Exception {
        long rowWeight = limits.weigh(row);
        boolean tooHeavy = weight + rowWeight > limits.maxWeight();
        if (limits.weigher() != null && tooHeavy && !isEmpty()) {
            return false;
        }
        if (!encoder.tryAppend(row, inputs)) {
            return false;
        }
        weight += rowWeight;
        rows.add(row);
        return true;
    }

    /** Whether a limit is reached. */
    public boolean isFull() {
        return rows.size() >= limits.maxRows().getAsInt()
                || byteSize() >= limits.maxBytes()
                || (limits.weigher() != null && weight >= limits.maxWeight());
    }

    /** The rows so far; the list stays as it is when the batch is built or discarded. */
    public List<R> rows() {
        return rows;
    }

    /** The encoded bytes so far. */
    public long byteSize() {
        return inputs.byteSize();
    }

    /** Whether it has no row. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The inputs so far, which the caller owns; starts the next batch. Only if not empty. */
    public TensorBatch build() {
        TensorBatch built = inputs.build();
        startNext();
        return built;
    }

    /** Gives up the batch so far. */
    public void discard() {
        inputs.discard();
        startNext();
    }

    private void startNext() {
        inputs = nextInputs();
        rows = new ArrayList<>();
        weight = 0;
    }

    private TensorBatchBuilder nextInputs() {
        return encoder.builder(limits.maxRows().getAsInt());
    }
}
