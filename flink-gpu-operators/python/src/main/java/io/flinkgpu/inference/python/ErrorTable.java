package io.flinkgpu.inference.python;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import java.util.List;
import java.util.Map;

/**
 * The class of what Python code raises, by the types of the exception, the nearest first.
 *
 * <p>PyTorch raises plain RuntimeErrors for errors of a device; on a GPU, these are known by how
 * their message begins (c10/cuda/CUDAException.h), where no text of a row can stand.
 */
final class ErrorTable {

    private static final Map<String, ErrorClass> BY_TYPE =
            Map.ofEntries(
                    Map.entry("torch.OutOfMemoryError", ErrorClass.OUT_OF_MEMORY),
                    Map.entry("torch.cuda.OutOfMemoryError", ErrorClass.OUT_OF_MEMORY),
                    Map.entry("cupy.cuda.memory.OutOfMemoryError", ErrorClass.OUT_OF_MEMORY),
                    Map.entry(
                            "tensorflow.python.framework.errors_impl.ResourceExhaustedError",
                            ErrorClass.OUT_OF_MEMORY),
                    Map.entry("MemoryError", ErrorClass.OUT_OF_MEMORY),
                    Map.entry("torch.AcceleratorError", ErrorClass.FATAL_DEVICE),
                    Map.entry(
                            "cupy_backends.cuda.api.runtime.CUDARuntimeError",
                            ErrorClass.FATAL_DEVICE),
                    Map.entry(
                            "cupy_backends.cuda.api.driver.CUDADriverError",
                            ErrorClass.FATAL_DEVICE),
                    Map.entry("BadAnswer", ErrorClass.MODEL_LOAD),
                    Map.entry("MissingInput", ErrorClass.MODEL_LOAD),
                    Map.entry(
                            "tensorflow.python.framework.errors_impl.InvalidArgumentError",
                            ErrorClass.DATA),
                    Map.entry("ValueError", ErrorClass.DATA),
                    Map.entry("TypeError", ErrorClass.DATA),
                    Map.entry("LookupError", ErrorClass.DATA),
                    Map.entry("ArithmeticError", ErrorClass.DATA),
                    Map.entry("AssertionError", ErrorClass.DATA),
                    Map.entry("EOFError", ErrorClass.DATA));

    private static final List<String> BEGINNINGS_OF_DEVICE_ERRORS =
            List.of("CUDA error:", "CUDA driver error:", "cuDNN error:", "HIP error:");

    private ErrorTable() {}

    /**
     * The class of an exception; {@code UNKNOWN} if nothing tells.
     *
     * @param types its own and those that it extends, with their modules unless they are built in
     */
    static ErrorClass classify(List<String> types, String message, ModelDevice.Kind device) {
        ErrorClass byType =
                types.stream()
                        .filter(BY_TYPE::containsKey)
                        .map(BY_TYPE::get)
                        .findFirst()
                        .orElse(ErrorClass.UNKNOWN);
        boolean mayBeOfDevice =
                device == ModelDevice.Kind.GPU
                        && byType == ErrorClass.UNKNOWN
                        && types.contains("RuntimeError");
        return mayBeOfDevice && BEGINNINGS_OF_DEVICE_ERRORS.stream().anyMatch(message::startsWith)
                ? ErrorClass.FATAL_DEVICE
                : byType;
    }
}
