package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OrtException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the class of a failed run of a model on a device.
 *
 * <p>The code of ONNX Runtime's exception comes first. Its operations give the codes that are left,
 * FAIL and RUNTIME_EXCEPTION among them, for their own failures and for a device's alike. What has
 * such a code is read for the phrases of this table, unless the model takes strings: an operation
 * may repeat what a row wrote, and a row must not choose what is done about its failure. Sources:
 * onnxruntime/core/providers/cuda/cuda_call.cc (the form {@code CUDA failure NUMBER: TEXT}), {@code
 * cudaError_t} of CUDA's driver_types.h, {@code cudnnStatus_t}, {@code cublasStatus_t}, and
 * onnxruntime/core/framework/bfc_arena.cc.
 */
final class ErrorTable {

    private static final Pattern CUDA_FAILURE = Pattern.compile("cuda failure (\\d{1,6}):");

    /** {@code cudaErrorMemoryAllocation}. */
    private static final int OUT_OF_MEMORY = 2;

    /**
     * After these a process cannot use the device any more, or the device is gone: initialization,
     * unloading, devices unavailable, no device, invalid device, uncorrectable ECC and NVLink
     * errors, illegal address, launch timeout, assert, hardware stack error, illegal instruction,
     * misaligned address, invalid address space, invalid program counter, launch failure, unknown.
     */
    private static final Set<Integer> FATAL =
            Set.of(3, 4, 46, 100, 101, 214, 220, 700, 702, 710, 714, 715, 716, 717, 718, 719, 999);

    /** Of the processor's memory, too. */
    private static final List<String> OUT_OF_MEMORY_PHRASES =
            List.of(
                    "failed to allocate memory for requested buffer of size",
                    "is smaller than requested bytes of",
                    "std::bad_alloc",
                    "cudnn_status_alloc_failed",
                    "cublas_status_alloc_failed");

    private static final List<String> FATAL_PHRASES =
            List.of(
                    "cudnn_status_execution_failed",
                    "cudnn_status_internal_error",
                    "cudnn_status_mapping_error",
                    "cudnn_status_not_initialized",
                    "cublas_status_execution_failed",
                    "cublas_status_internal_error",
                    "cublas_status_not_initialized",
                    "cublas_status_mapping_error");

    private final boolean isGpu;
    private final boolean takesStrings;

    /** A table for one model on one device. */
    ErrorTable(ModelDevice.Kind device, boolean takesStrings) {
        this.isGpu = device == ModelDevice.Kind.GPU;
        this.takesStrings = takesStrings;
    }

    /** The class of what a run of a session threw; {@code UNKNOWN} if nothing tells. */
    ErrorClass classify(Exception failure) {
        if (!(failure instanceof OrtException ofRun)) {
            return ErrorClass.UNKNOWN;
        }
        return switch (ofRun.getCode()) {
            case ORT_INVALID_ARGUMENT, ORT_NOT_IMPLEMENTED -> ErrorClass.DATA;
            case ORT_NO_SUCHFILE,
                            ORT_NO_MODEL,
                            ORT_INVALID_PROTOBUF,
                            ORT_INVALID_GRAPH,
                            ORT_MODEL_LOADED,
                            ORT_MODEL_LOAD_CANCELED,
                            ORT_MODEL_REQUIRES_COMPILATION ->
                    ErrorClass.MODEL_LOAD;
            case ORT_DEVICE_RESET -> ErrorClass.FATAL_DEVICE;
            case ORT_FAIL, ORT_RUNTIME_EXCEPTION, ORT_ENGINE_ERROR, ORT_EP_FAIL ->
                    takesStrings ? ErrorClass.UNKNOWN : byText(failure.getMessage());
            default -> ErrorClass.UNKNOWN;
        };
    }

    private ErrorClass byText(String message) {
        String text = String.valueOf(message).toLowerCase(Locale.ROOT);
        Matcher cuda = CUDA_FAILURE.matcher(text);
        int code = isGpu && cuda.find() ? Integer.parseInt(cuda.group(1)) : 0;
        if (code == OUT_OF_MEMORY || OUT_OF_MEMORY_PHRASES.stream().anyMatch(text::contains)) {
            return ErrorClass.OUT_OF_MEMORY;
        }
        boolean isFatal = FATAL.contains(code) || FATAL_PHRASES.stream().anyMatch(text::contains);
        return isGpu && isFatal ? ErrorClass.FATAL_DEVICE : ErrorClass.UNKNOWN;
    }
}
