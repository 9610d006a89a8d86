package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import org.apache.flink.annotation.Internal;

/**
 * The class of a failure, by the types of its exceptions.
 *
 * <p>INVARIANT: no message is read here. Messages hold what rows and users wrote, and a row must
 * not choose what is done about its failure.
 */
@Internal
public final class ErrorClasses {

    private ErrorClasses() {}

    /** The class of a failure; {@code UNKNOWN} if no type in its chain of causes tells. */
    public static ErrorClass of(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            ErrorClass byType = byType(each);
            if (byType != ErrorClass.UNKNOWN) {
                return byType;
            }
        }
        return ErrorClass.UNKNOWN;
    }

    private static ErrorClass byType(Throwable failure) {
        if (failure instanceof DeviceLostException) {
            return ErrorClass.FATAL_DEVICE;
        }
        if (failure instanceof DeadlineExceededException) {
            return ErrorClass.TIMEOUT;
        }
        if (failure instanceof ModelRunException run) {
            return run.errorClass();
        }
        if (failure instanceof ModelLoadException
                || failure instanceof SignatureMismatchException) {
            return ErrorClass.MODEL_LOAD;
        }
        if (failure instanceof ShapeMismatchException) {
            return ErrorClass.DATA;
        }
        return failure instanceof OutOfMemoryError ? ErrorClass.OUT_OF_MEMORY : ErrorClass.UNKNOWN;
    }
}
