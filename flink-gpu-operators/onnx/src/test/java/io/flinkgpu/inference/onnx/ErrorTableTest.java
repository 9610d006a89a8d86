package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorTableTest {

    private static final ErrorTable ON_GPU = new ErrorTable(ModelDevice.Kind.GPU, false);
    private static final ErrorTable ON_CPU = new ErrorTable(ModelDevice.Kind.CPU, false);

    @ParameterizedTest
    @CsvSource({
        "ORT_INVALID_ARGUMENT, DATA",
        "ORT_NOT_IMPLEMENTED, DATA",
        "ORT_INVALID_GRAPH, MODEL_LOAD",
        "ORT_NO_MODEL, MODEL_LOAD",
        "ORT_DEVICE_RESET, FATAL_DEVICE",
        "ORT_FAIL, UNKNOWN",
        "ORT_RUNTIME_EXCEPTION, UNKNOWN",
        "ORT_EP_FAIL, UNKNOWN",
        "ORT_JAVA_UNKNOWN, UNKNOWN",
    })
    void theCodeComesFirst(OrtErrorCode code, ErrorClass expected) {
        assertThat(ON_GPU.classify(new OrtException(code, "anything"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; file=b ; line=1 ; expr=cudaMalloc(...); | OUT_OF_MEMORY
                    bfc_arena.cc:359 Failed to allocate memory for requested buffer of size 140737488355328 | OUT_OF_MEMORY
                    bfc_arena.cc:330 Available memory of 1 is smaller than requested bytes of 2 | OUT_OF_MEMORY
                    CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 | OUT_OF_MEMORY
                    CUDA failure 700: an illegal memory access was encountered ; GPU=1 | FATAL_DEVICE
                    CUDA failure 719: unspecified launch failure ; GPU=1 | FATAL_DEVICE
                    CUDA failure 46: all CUDA-capable devices are busy or unavailable | FATAL_DEVICE
                    CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0 | FATAL_DEVICE
                    CUDA failure 9: invalid configuration argument ; GPU=0 | UNKNOWN
                    CUDA failure 123456: no such error | UNKNOWN
                    element_wise_ops.cc:692 Compute Integer division by zero | UNKNOWN
                    """)
    void aFailureOfTheDeviceIsReadOnAGpu(String message, ErrorClass expected) {
        assertThat(ON_GPU.classify(new OrtException(OrtErrorCode.ORT_FAIL, message)))
                .isEqualTo(expected);
        assertThat(ON_GPU.classify(new OrtException(OrtErrorCode.ORT_EP_FAIL, message)))
                .isEqualTo(expected);
    }

    @Test
    void theProcessorRunsOutOfMemoryAndIsNeverLost() {
        assertThat(fail(ON_CPU, "Failed to allocate memory for requested buffer of size 9"))
                .isEqualTo(ErrorClass.OUT_OF_MEMORY);
        assertThat(fail(ON_CPU, "std::bad_alloc")).isEqualTo(ErrorClass.OUT_OF_MEMORY);
        assertThat(fail(ON_CPU, "CUDA failure 2: out of memory")).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(fail(ON_CPU, "CUDA failure 700: illegal")).isEqualTo(ErrorClass.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(ModelDevice.Kind.class)
    void nothingIsReadThatARowMayHaveWritten(ModelDevice.Kind device) {
        ErrorTable ofStrings = new ErrorTable(device, true);

        assertThat(fail(ofStrings, "Failed to allocate memory for requested buffer of size 9"))
                .isEqualTo(ErrorClass.UNKNOWN);
        assertThat(fail(ofStrings, "CUDA failure 700: illegal")).isEqualTo(ErrorClass.UNKNOWN);
    }

    @Test
    void anythingElseIsUnknown() {
        assertThat(ON_GPU.classify(new IllegalStateException("CUDA failure 700: illegal")))
                .isEqualTo(ErrorClass.UNKNOWN);
    }

    private static ErrorClass fail(ErrorTable table, String message) {
        return table.classify(new OrtException(OrtErrorCode.ORT_FAIL, message));
    }
}
