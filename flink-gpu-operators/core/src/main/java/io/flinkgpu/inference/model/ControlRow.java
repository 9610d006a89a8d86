package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row that a model has run well once, to be run again when others fail: a device that fails it,
 * too, is at fault, and one that runs it is not.
 *
 * <p>A row of more than {@value #MAX_BYTES} bytes is not kept. Safe for use by many threads.
 */
final class ControlRow {

    private static final Logger LOG = LoggerFactory.getLogger(ControlRow.class);
    private static final long MAX_BYTES = 16L << 20;

    /** Keeps nothing idle: what is dropped with its model is left to the garbage collector. */
    private static final DirectBufferPool MEMORY = new DirectBufferPool(0);

    @Nullable private volatile TensorBatch kept;

    /**
     * Takes a copy of the first row of a run that passed, unless it has one, or there is no memory
     * for it.
     */
    void passed(List<TensorBatch> parts) {
        if (kept == null && parts.get(0).rows() > 0) {
            keep(parts.get(0));
        }
    }

    private synchronized void keep(TensorBatch part) {
        try (TensorBatch first = part.slice(0, 1)) {
            if (kept == null && first.byteSize() <= MAX_BYTES) {
                kept = TensorBatch.concatenate(List.of(first), MEMORY);
            }
        } catch (OutOfMemoryError noRoom) {
            LOG.debug("No control row: no memory for it.", noRoom);
        }
    }

    /**
     * The class of a failure in the light of what the same device makes of this row. Blocks for a
     * run of the model. A row that turns out not to suit the model or the memory any more tells
     * nothing, and is forgotten.
     *
     * @param failed the class of the failure by its type
     * @return UNKNOWN if the device runs it; FATAL_DEVICE or SICK_DEVICE if it fails it; {@code
     *     failed} if it is of a class that is no device's, or there is no row yet
     */
    ErrorClass judge(ErrorClass failed, LoadedModel model) {
        TensorBatch row = kept;
        if (row == null || (failed != ErrorClass.UNKNOWN && failed != ErrorClass.FATAL_DEVICE)) {
            return failed;
        }
        Throwable failure = runAgain(row, model);
        return failure == null
                ? ErrorClass.UNKNOWN
                : inTheLightOf(ErrorClasses.of(failure), failed);
    }

    /**
     * What the device makes of this row in front of others that may have cost a device. Blocks for
     * a run of the model. A row that does not suit the model any more is forgotten.
     *
     * @return why it failed, by the device's fault; null if it passed, or there is no row yet
     */
    @Nullable
    Throwable rehearse(LoadedModel model) {
        TensorBatch row = kept;
        if (row == null) {
            return null;
        }
        Throwable failure = runAgain(row, model);
        boolean accusesDevice =
                failure != null
                        && inTheLightOf(ErrorClasses.of(failure), ErrorClass.UNKNOWN)
                                != ErrorClass.UNKNOWN;
        return accusesDevice ? failure : null;
    }

    /** Why it fails; null if it passes. */
    @Nullable
    private static Throwable runAgain(TensorBatch row, LoadedModel model) {
        try (TensorBatch control = row.slice(0, 1)) {
            model.run(List.of(control)).close();
            return null;
        } catch (Throwable failure) {
            // INVARIANT: nothing is thrown from here, or the requests would have no answer
            return failure;
        }
    }

    private ErrorClass inTheLightOf(ErrorClass ofControl, ErrorClass failed) {
        return switch (ofControl) {
            case DATA, MODEL_LOAD, OUT_OF_MEMORY -> {
                kept = null;
                yield failed;
            }
            case FATAL_DEVICE -> ErrorClass.FATAL_DEVICE;
            default ->
                    failed == ErrorClass.FATAL_DEVICE
                            ? ErrorClass.FATAL_DEVICE
                            : ErrorClass.SICK_DEVICE;
        };
    }
}
