package io.flinkgpu.inference.fault;

import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.Internal;

/**
 * Tells the class of a failure by its text.
 *
 * <p>TensorFlow hands errors of CUDA, cuDNN and cuBLAS on as text, wrapped in codes of its own that
 * fit anything; so the first phrase of this table that a text holds decides, the specific ones
 * first. Sources: the CUDA driver API's {@code CUresult}, {@code cudnnStatus_t}, {@code
 * cublasStatus_t}, the messages of TensorFlow's stream executor, and gRPC's status codes.
 */
@Internal
public final class ErrorTable {

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
                    phrase("direct buffer memory", ErrorClass.OUT_OF_MEMORY),
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
                    phrase("Could not find meta graph def", ErrorClass.MODEL_LOAD),
                    phrase("Cannot load model", ErrorClass.MODEL_LOAD),
                    phrase("DEADLINE_EXCEEDED", ErrorClass.TIMEOUT),
                    phrase("timed out", ErrorClass.TIMEOUT),
                    phrase("Connection refused", ErrorClass.CONNECTION),
                    phrase("Connection reset", ErrorClass.CONNECTION),
                    phrase("Broken pipe", ErrorClass.CONNECTION),
                    phrase("UNAVAILABLE", ErrorClass.CONNECTION),
                    phrase("RESOURCE_EXHAUSTED", ErrorClass.OUT_OF_MEMORY),
                    phrase("INVALID_ARGUMENT", ErrorClass.DATA),
                    phrase("OUT_OF_RANGE", ErrorClass.DATA),
                    phrase("Incompatible shapes", ErrorClass.DATA),
                    phrase("not valid UTF-8", ErrorClass.DATA),
                    phrase("NOT_FOUND", ErrorClass.MODEL_LOAD),
                    phrase("FAILED_PRECONDITION", ErrorClass.MODEL_LOAD));

    private ErrorTable() {}

    /**
     * The class of a failure with this text, whatever its case; {@code UNKNOWN} without a match.
     */
    public static ErrorClass classify(String text) {
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
