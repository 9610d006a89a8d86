package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.fault.ErrorTable;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** The class of a failure, by the types and messages of its exceptions. */
@Internal
public final class ErrorClasses {

    /** TensorFlow's Java exceptions, by what their names hold: models know no TensorFlow. */
    private static final Map<String, ErrorClass> BY_NAME =
            Map.of(
                    "ResourceExhausted", ErrorClass.OUT_OF_MEMORY,
                    "InvalidArgument", ErrorClass.DATA,
                    "OutOfRange", ErrorClass.DATA);

    private ErrorClasses() {}

    /**
     * What a failure was of; {@code UNKNOWN} if nothing in its chain of causes tells.
     *
     * <p>A text that names a broken device or a lack of memory counts more than the type of the
     * exception around it: TensorFlow reports both under codes that fit anything.
     */
    public static ErrorClass of(Throwable failure) {
        ErrorClass byText = byText(failure);
        if (byText == ErrorClass.FATAL_DEVICE || byText == ErrorClass.OUT_OF_MEMORY) {
            return byText;
        }
        for (Throwable each = failure; each != null; each = each.getCause()) {
            ErrorClass byType = byType(each);
            if (byType != ErrorClass.UNKNOWN) {
                return byType;
            }
        }
        return byText;
    }

    private static ErrorClass byType(Throwable failure) {
        if (failure instanceof DeviceLostException) {
            return ErrorClass.FATAL_DEVICE;
        }
        if (failure instanceof DeadlineExceededException) {
            return ErrorClass.TIMEOUT;
        }
        if (failure instanceof ModelLoadException
                || failure instanceof SignatureMismatchException) {
            return ErrorClass.MODEL_LOAD;
        }
        if (failure instanceof ShapeMismatchException) {
            return ErrorClass.DATA;
        }
        if (failure instanceof OutOfMemoryError) {
            return ErrorClass.OUT_OF_MEMORY;
        }
        return byName(failure.getClass().getSimpleName());
    }

    private static ErrorClass byName(String exception) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> exception.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ErrorClass.UNKNOWN);
    }

    private static ErrorClass byText(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            ErrorClass found = ErrorTable.classify(String.valueOf(each.getMessage()));
            if (found != ErrorClass.UNKNOWN) {
                return found;
            }
        }
        return ErrorClass.UNKNOWN;
    }
}
