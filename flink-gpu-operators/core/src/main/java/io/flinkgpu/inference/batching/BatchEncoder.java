package io.flinkgpu.inference.batching;

import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** Encodes rows into batches of tensors. Single-threaded. */
@Internal
public final class BatchEncoder<R> {

    private final RowEncoder<R> encoder;
    private final DirectBufferPool pool;

    /** Writes the inputs of one row. */
    @FunctionalInterface
    public interface RowEncoder<R> {

        /**
         * Writes every input of the model, each once.
         *
         * @throws Exception if the row cannot be encoded
         */
        void encode(R row, TensorRowWriter writer) throws Exception;
    }

    /** An encoder whose batches take their memory from {@code pool}. */
    public BatchEncoder(RowEncoder<R> encoder, DirectBufferPool pool) {
        this.encoder = encoder;
        this.pool = pool;
    }

    /**
     * Encodes rows that have been in a batch together before.
     *
     * @return inputs of shape {@code [rows.size(), ...]}, which the caller owns
     * @throws Exception what the encoder throws
     */
    public TensorBatch encodeAgain(List<R> rows) throws Exception {
        TensorBatchBuilder builder = builder(rows.size());
        try {
            for (R row : rows) {
                if (!tryAppend(row, builder)) {
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

    TensorBatchBuilder builder(int expectedRows) {
        return new TensorBatchBuilder(pool, expectedRows);
    }

    boolean tryAppend(R row, TensorBatchBuilder batch) throws Exception {
        return batch.tryAppend(writer -> encoder.encode(row, writer));
    }
}
