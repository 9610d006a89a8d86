package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Runs device batches in pieces that the device has the memory for.
 *
 * <p>A batch that runs out of memory is run again in halves, and later batches are cut to what
 * passed, which grows again slowly. A single row that does not fit fails, and so does a batch of a
 * model that takes no other size. Safe for use by many threads.
 */
final class MemoryBoundRuns {

    /** Hears of a batch that was too large, and of the rows that one may have from here on. */
    @FunctionalInterface
    interface Listener {

        void ranOutOfMemory(int rows, int newLimit);
    }

    private final BatchSizeLimit limit;
    private final Listener listener;
    private final IntConsumer newLimit;

    /**
     * Bound by what is known of the device.
     *
     * @param limit of the model on the device, kept over reloads
     * @param newLimit takes the rows that a device batch may have whenever that changes
     */
    MemoryBoundRuns(BatchSizeLimit limit, Listener listener, IntConsumer newLimit) {
        this.limit = limit;
        this.listener = listener;
        this.newLimit = newLimit;
    }

    /** Runs all rows; as {@link LoadedModel#run} does. */
    TensorBatch run(LoadedModel model, List<TensorBatch> parts) throws ModelRunException {
        int rows = rows(parts);
        if (rows <= limitRows() || hasOneSize(model)) {
            try {
                TensorBatch outputs = model.run(parts);
                passed(rows);
                return outputs;
            } catch (ModelRunException | RuntimeException | OutOfMemoryError failure) {
                if (hasOneSize(model) || !isTooLarge(failure, rows)) {
                    throw failure;
                }
            }
        }
        return runInPieces(model, parts, rows);
    }

    private TensorBatch runInPieces(LoadedModel model, List<TensorBatch> parts, int rows)
            throws ModelRunException {
        List<TensorBatch> outputs = new ArrayList<>();
        try {
            int done = 0;
            while (done < rows) {
                int end = Math.min(rows, done + limitRows());
                List<TensorBatch> piece = slice(parts, done, end);
                try {
                    outputs.add(run(model, piece));
                } finally {
                    piece.forEach(TensorBatch::close);
                }
                done = end;
            }
            return joined(outputs);
        } finally {
            outputs.forEach(TensorBatch::close);
        }
    }

    private int limitRows() {
        synchronized (limit) {
            return limit.rows();
        }
    }

    private void passed(int rows) {
        int now;
        synchronized (limit) {
            int before = limit.rows();
            limit.succeeded(rows);
            now = limit.rows();
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
        synchronized (limit) {
            if (!limit.ranOutOfMemory(rows)) {
                return false;
            }
            now = limit.rows();
        }
        listener.ranOutOfMemory(rows, now);
        newLimit.accept(now);
        return true;
    }

    private static boolean hasOneSize(LoadedModel model) {
        return model.signature().fixedBatchSize().isPresent();
    }

    private static int rows(List<TensorBatch> parts) {
        return parts.stream().mapToInt(TensorBatch::rows).sum();
    }

    /** Rows {@code [from, to)} of all parts together; the caller closes the slices. */
    private static List<TensorBatch> slice(List<TensorBatch> parts, int from, int to) {
        List<TensorBatch> slices = new ArrayList<>();
        int start = 0;
        for (TensorBatch part : parts) {
            int first = Math.max(0, from - start);
            int last = Math.min(part.rows(), to - start);
            if (first < last) {
                slices.add(part.slice(first, last));
            }
            start += part.rows();
        }
        return slices;
    }

    private static TensorBatch joined(List<TensorBatch> outputs) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (String name : outputs.get(0).names()) {
            List<Tensor> pieces = outputs.stream().map(piece -> piece.tensor(name)).toList();
            joined.put(name, Tensor.concatenate(pieces, DirectBufferPool.ofProcess()));
        }
        return TensorBatch.of(joined);
    }
}
