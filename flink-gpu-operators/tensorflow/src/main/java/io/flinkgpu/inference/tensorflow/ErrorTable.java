package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.exceptions.TFFailedPreconditionException;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFPermissionDeniedException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TFUnauthenticatedException;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Tells the class of a failed run of a model on a device.
 *
 * <p>The type of TensorFlow's exception comes first. TensorFlow Java has one type for all codes
 * that a device's failure comes under, among others INTERNAL and UNKNOWN, and NOT_FOUND has it,
 * too; what file operations write there is told by its form, {@code path; reason}, and is of the
 * row that named the file. What is left is read for the phrases of this table, the specific ones
 * first, where it can be of a device: on a GPU, and not from an operation that reads strings, which
 * runs on the processor and repeats what rows wrote. Sources: tensorflow/core/platform/errors.cc,
 * tsl/platform/error.cc ({@code IOError}), the CUDA driver API's {@code CUresult}, {@code
 * cudnnStatus_t}, {@code cublasStatus_t}, and the messages of TensorFlow's stream executor.
 */
final class ErrorTable {

    private record Phrase(String text, ErrorClass errorClass) {}

    private static final List<Phrase> PHRASES =
            List.of(
                    // Memory comes first: its messages name allocators of CUDA and cuDNN.
                    phrase("OOM when allocating", ErrorClass.OUT_OF_MEMORY),
                    phrase("Dst tensor is not initialized", ErrorClass.OUT_OF_MEMORY),
                    phrase("CUDA_ERROR_OUT_OF_MEMORY", ErrorClass.OUT_OF_MEMORY),
                    phrase("cudaErrorMemoryAllocation", ErrorClass.OUT_OF_MEMORY),
                    phrase("CUDNN_STATUS_ALLOC_FAILED", ErrorClass.OUT_OF_MEMORY),
                    phrase("CUBLAS_STATUS_ALLOC_FAILED", ErrorClass.OUT_OF_MEMORY),
                    phrase("failed to allocate memory", ErrorClass.OUT_OF_MEMORY),
                    phrase("out of memory", ErrorClass.OUT_OF_MEMORY),
                    phrase("GPU is lost", ErrorClass.FATAL_DEVICE),
                    phrase("has fallen off the bus", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_ECC_UNCORRECTABLE", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_ILLEGAL_ADDRESS", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_ILLEGAL_INSTRUCTION", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_MISALIGNED_ADDRESS", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_HARDWARE_STACK_ERROR", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_LAUNCH_FAILED", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_LAUNCH_TIMEOUT", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_ASSERT", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_DEINITIALIZED", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_NO_DEVICE", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_INVALID_DEVICE", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_DEVICE_UNAVAILABLE", ErrorClass.FATAL_DEVICE),
                    phrase("CUDA_ERROR_UNKNOWN", ErrorClass.FATAL_DEVICE),
                    phrase("device-side assert", ErrorClass.FATAL_DEVICE),
                    phrase("CUDNN_STATUS_EXECUTION_FAILED", ErrorClass.FATAL_DEVICE),
                    phrase("CUDNN_STATUS_INTERNAL_ERROR", ErrorClass.FATAL_DEVICE),
                    phrase("CUDNN_STATUS_MAPPING_ERROR", ErrorClass.FATAL_DEVICE),
                    phrase("CUDNN_STATUS_NOT_INITIALIZED", ErrorClass.FATAL_DEVICE),
                    phrase("CUBLAS_STATUS_EXECUTION_FAILED", ErrorClass.FATAL_DEVICE),
                    phrase("CUBLAS_STATUS_INTERNAL_ERROR", ErrorClass.FATAL_DEVICE),
                    phrase("failed to synchronize GPU", ErrorClass.FATAL_DEVICE),
                    phrase("could not synchronize on CUDA", ErrorClass.FATAL_DEVICE));

    /** What a path that a row named can make an operating system say; ends its line. */
    private static final Pattern FILE_OF_A_ROW =
            Pattern.compile(
                    "; (No such file or directory|Not a directory|Is a directory|File name too long"
                            + "|Too many levels of symbolic links|Permission denied"
                            + "|Operation not permitted|File exists)[ \\t]*(\\R|$)");

    /** What RESOURCE_EXHAUSTED stands for besides memory; ends its line. */
    private static final Pattern FILES_EXHAUSTED =
            Pattern.compile(
                    "; (Too many open files|Too many open files in system|No space left on device"
                            + "|Disk quota exceeded)[ \\t]*(\\R|$)");

    /**
     * The code of the first of several errors (tensorflow/core/platform/status.cc, {@code
     * StatusGroup}). An algorithm that is not found is cuDNN's failure.
     */
    private static final Pattern FIRST_OF_SEVERAL =
            Pattern.compile(
                    "^\\d+ root error\\(s\\) found\\.\\s+\\(0\\) ([A-Z_]+): (?!No algorithm worked)");

    private static final Set<String> CODES_OF_DATA =
            Set.of(
                    "NOT_FOUND",
                    "ALREADY_EXISTS",
                    "PERMISSION_DENIED",
                    "UNAUTHENTICATED",
                    "INVALID_ARGUMENT",
                    "OUT_OF_RANGE");

    private final boolean isGpu;
    private final StringNodes stringNodes;

    /**
     * A table for one model on one device.
     *
     * @param stringNodes the operations of the model that may repeat what rows wrote
     */
    ErrorTable(ModelDevice.Kind device, StringNodes stringNodes) {
        this.isGpu = device == ModelDevice.Kind.GPU;
        this.stringNodes = stringNodes;
    }

    /** The class of what a run of a session threw; {@code UNKNOWN} if nothing tells. */
    ErrorClass classify(RuntimeException failure) {
        String text = String.valueOf(failure.getMessage());
        if (isOfData(failure)) {
            return ErrorClass.DATA;
        }
        if (failure instanceof TFResourceExhaustedException) {
            return FILES_EXHAUSTED.matcher(text).find()
                    ? ErrorClass.UNKNOWN
                    : ErrorClass.OUT_OF_MEMORY;
        }
        if (!(failure instanceof TensorFlowException)) {
            return ErrorClass.UNKNOWN;
        }
        if (FILE_OF_A_ROW.matcher(text).find() || isFirstOfData(text)) {
            return ErrorClass.DATA;
        }
        boolean mayBeOfDevice =
                isGpu
                        && !(failure instanceof TFFailedPreconditionException)
                        && !stringNodes.areNamedIn(text);
        return mayBeOfDevice ? ofDevice(text) : ErrorClass.UNKNOWN;
    }

    private static boolean isOfData(RuntimeException failure) {
        return failure instanceof TFInvalidArgumentException
                || failure instanceof TFOutOfRangeException
                || failure instanceof TFPermissionDeniedException
                || failure instanceof TFUnauthenticatedException;
    }

    private static boolean isFirstOfData(String text) {
        Matcher first = FIRST_OF_SEVERAL.matcher(text);
        return first.find() && CODES_OF_DATA.contains(first.group(1));
    }

    private static ErrorClass ofDevice(String text) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        return PHRASES.stream()
                .filter(phrase -> lowerCase.contains(phrase.text()))
                .map(Phrase::errorClass)
                .findFirst()
                .orElse(ErrorClass.UNKNOWN);
    }

    private static Phrase phrase(String text, ErrorClass errorClass) {
        return new Phrase(text.toLowerCase(Locale.ROOT), errorClass);
    }
}
