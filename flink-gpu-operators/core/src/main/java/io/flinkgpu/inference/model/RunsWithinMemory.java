package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/**
 * Runs batches of one model in as many pieces as the memory of its device asks for.
 *
 * <p>A batch that runs out of memory is run again in halves, and later batches are cut to what
 * passed, which grows again slowly. A single row that does not fit fails, and so does a batch of a
 * model that takes no other size. Safe for use by many threads.
 */
final class RunsWithinMemory {

    private final ModelRef ref;
    private final ModelDevice device;
    private final BatchSizeLimit memoryLimit;
    private final IntConsumer newLimit;
    private final RunListener listener;

    /**
     * Runs nothing yet.
     *
     * @param memoryLimit of the model on the device; guarded by itself
     * @param newLimit takes the rows that a device batch may have whenever that changes
     */
    RunsWithinMemory(
            ModelRef ref,
            ModelDevice device,
            BatchSizeLimit memoryLimit,
            IntConsumer newLimit,
            RunListener listener) {
        this.ref = ref;
        this.device = device;
        this.memoryLimit = memoryLimit;
        this.newLimit = newLimit;
        this.listener = listener;
    }

    /**
     * Runs all rows, as {@link LoadedModel#run} does.
     *
     * @param pieceStarts is told before each run of the model: they may take long together
     */
    TensorBatch run(LoadedModel model, List<TensorBatch> parts, Runnable pieceStarts)
            throws ModelRunException {
        int rows = rows(parts);
        if (rows <= limitRows(model)) {
            try {
                pieceStarts.run();
                TensorBatch outputs = model.run(parts);
                passed(rows);
                return outputs;
            } catch (ModelRunException | RuntimeException | OutOfMemoryError failure) {
                if (hasOneSize(model) || !isTooLarge(failure, rows)) {
                    throw failure;
                }
            }
        }
        return inPieces(parts, () -> limitRows(model), piece -> run(model, piece, pieceStarts));
    }

    /** Runs a piece of a batch. */
    @FunctionalInterface
    interface PieceRun {
        /** As {@link LoadedModel#run}. */
        TensorBatch run(List<TensorBatch> piece) throws ModelRunException;
    }

    /**
     * The answers to all parts, of which so many rows are run at a time.
     *
     * @param mostRows of the next piece, at least 1
     */
    static TensorBatch inPieces(List<TensorBatch> parts, IntSupplier mostRows, PieceRun run)
            throws ModelRunException {
        int rows = rows(parts);
        List<TensorBatch> outputs = new ArrayList<>();
        try {
            int done = 0;
            while (done < rows) {
                int end = (int) Math.min(rows, (long) done + mostRows.getAsInt());
                List<TensorBatch> piece = TensorBatch.slice(parts, done, end);
                try {
                    outputs.add(run.run(piece));
                } finally {
                    piece.forEach(TensorBatch::close);
                }
                done = end;
            }
            return TensorBatch.concatenate(outputs, DirectBufferPool.ofProcess());
        } finally {
            outputs.forEach(TensorBatch::close);
        }
    }

    /** A batch of the only size is not made smaller for want of memory. */
    private int limitRows(LoadedModel model) {
        OptionalInt onlySize = model.signature().fixedBatchSize();
        if (onlySize.isPresent()) {
            return onlySize.getAsInt();
        }
        synchronized (memoryLimit) {
            return memoryLimit.rows();
        }
    }

    private void passed(int rows) {
        int now;
        synchronized (memoryLimit) {
            int before = memoryLimit.rows();
            memoryLimit.succeeded(rows);
            now = memoryLimit.rows();
            if (now == before) {
                return;
            }
        }
        newLimit.accept(now);
    }

    private boolean isTooLarge(Throwable failure, int rows) {
        if (ErrorClasses.of(failure) != ErrorClass.OUT_OF_MEMORY) {
            return false;
        }
        int now;
        synchronized (memoryLimit) {
            if (!memoryLimit.ranOutOfMemory(rows)) {
                return false;
            }
            now = memoryLimit.rows();
        }
        listener.ranOutOfMemory(device, ref, rows, now);
        newLimit.accept(now);
        return true;
    }

    private static boolean hasOneSize(LoadedModel model) {
        return model.signature().fixedBatchSize().isPresent();
    }

    static int rows(List<TensorBatch> parts) {
        return parts.stream().mapToInt(TensorBatch::rows).sum();
    }
}
