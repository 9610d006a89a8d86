package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Rows that a model has run well once, to be run again when others fail: a device that fails them,
 * too, is at fault, and one that runs them is not.
 *
 * <p>One row, or as many as a model of a fixed batch size takes; rows of more than {@value
 * #MAX_BYTES} bytes are not kept. Safe for use by many threads.
 */
final class ControlBatch {

    private static final long MAX_BYTES = 16L << 20;

    /** Keeps nothing idle: what is dropped with its model is left to the garbage collector. */
    private static final DirectBufferPool MEMORY = new DirectBufferPool(0);

    @Nullable private volatile TensorBatch kept;

    /** Takes a copy of the first rows of a run that passed, unless it has some. */
    void passed(ModelSignature signature, List<TensorBatch> parts) {
        if (kept == null) {
            keep(signature.fixedBatchSize().orElse(1), parts);
        }
    }

    private synchronized void keep(int rows, List<TensorBatch> parts) {
        List<TensorBatch> first = TensorBatch.slice(parts, 0, rows);
        try {
            if (kept == null
                    && first.stream().mapToInt(TensorBatch::rows).sum() == rows
                    && first.stream().mapToLong(TensorBatch::byteSize).sum() <= MAX_BYTES) {
                kept = TensorBatch.concatenate(first, MEMORY);
            }
        } finally {
            first.forEach(TensorBatch::close);
        }
    }

    /**
     * The class of a failure in the light of what the same device makes of these rows. Blocks for a
     * run of the model.
     *
     * @param failed the class of the failure by its type
     * @return UNKNOWN if the device runs them; FATAL_DEVICE or SICK_DEVICE if it fails them; {@code
     *     failed} if it is of a class that is no device's, or there are no rows yet
     */
    ErrorClass judge(ErrorClass failed, LoadedModel model) {
        TensorBatch control = kept;
        if (control == null
                || (failed != ErrorClass.UNKNOWN && failed != ErrorClass.FATAL_DEVICE)) {
            return failed;
        }
        try (TensorBatch rows = control.slice(0, control.rows())) {
            model.run(List.of(rows)).close();
            return ErrorClass.UNKNOWN;
        } catch (ModelRunException | RuntimeException failure) {
            boolean fatal =
                    failed == ErrorClass.FATAL_DEVICE
                            || ErrorClasses.of(failure) == ErrorClass.FATAL_DEVICE;
            return fatal ? ErrorClass.FATAL_DEVICE : ErrorClass.SICK_DEVICE;
        }
    }
}
