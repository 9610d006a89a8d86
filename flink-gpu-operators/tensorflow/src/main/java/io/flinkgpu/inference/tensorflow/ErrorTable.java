package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.fault.ErrorClass;
import java.util.List;
import java.util.Locale;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Tells the class of a failed run of TensorFlow.
 *
 * <p>The type of TensorFlow's exception comes first: what it calls an invalid argument is the rows'
 * fault, and its text may hold what a row wrote. TensorFlow hands errors of CUDA, cuDNN and cuBLAS
 * on as text, under codes that fit anything; so for the other types the first phrase of this table
 * that a text holds decides, the specific ones first. Sources: the CUDA driver API's {@code
 * CUresult}, {@code cudnnStatus_t}, {@code cublasStatus_t}, and the messages of TensorFlow's stream
 * executor.
 */
final class ErrorTable {

    private record Phrase(String text, ErrorClass errorClass) {}

    private static final List<Phrase> PHRASES =
            List.of(
                    // Memory comes first: its messages name allocators of CUDA and cuDNN.
                    phrase("OOM when allocating", ErrorClass.OUT_OF_MEMORY),
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
                    phrase("CUBLAS_STATUS_EXECUTION_FAILED", ErrorClass.FATAL_DEVICE),
                    phrase("CUBLAS_STATUS_INTERNAL_ERROR", ErrorClass.FATAL_DEVICE),
                    phrase("failed to synchronize GPU", ErrorClass.FATAL_DEVICE),
                    phrase("could not synchronize on CUDA", ErrorClass.FATAL_DEVICE),
                    phrase("CUDNN_STATUS_NOT_INITIALIZED", ErrorClass.MODEL_LOAD),
                    phrase("Could not find SavedModel", ErrorClass.MODEL_LOAD),
                    phrase("Op type not registered", ErrorClass.MODEL_LOAD),
                    phrase("Could not find meta graph def", ErrorClass.MODEL_LOAD));

    private ErrorTable() {}

    /** The class of what a run of a session threw; {@code UNKNOWN} if nothing tells. */
    static ErrorClass classify(RuntimeException failure) {
        if (failure instanceof TFInvalidArgumentException
                || failure instanceof TFOutOfRangeException) {
            return ErrorClass.DATA;
        }
        if (failure instanceof TFResourceExhaustedException) {
            return ErrorClass.OUT_OF_MEMORY;
        }
        return failure instanceof TensorFlowException
                ? classify(String.valueOf(failure.getMessage()))
                : ErrorClass.UNKNOWN;
    }

    /**
     * The class of a failure with this text of a library, whatever its case; {@code UNKNOWN}
     * without a match.
     */
    static ErrorClass classify(String text) {
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
