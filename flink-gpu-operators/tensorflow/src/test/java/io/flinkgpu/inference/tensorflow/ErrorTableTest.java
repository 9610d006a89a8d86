package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TensorFlowException;

class ErrorTableTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    OUT_OF_MEMORY | OOM when allocating tensor with shape[64,112,112,64] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc
                    OUT_OF_MEMORY | INTERNAL: failed to allocate 2.00GiB from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory
                    OUT_OF_MEMORY | RESOURCE_EXHAUSTED: Out of memory while trying to allocate 67108864 bytes.
                    FATAL_DEVICE  | INTERNAL: CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered
                    FATAL_DEVICE  | CUDA_ERROR_ECC_UNCORRECTABLE: uncorrectable ECC error encountered
                    FATAL_DEVICE  | Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU
                    FATAL_DEVICE  | INTERNAL: cuDNN launch failure : CUDNN_STATUS_EXECUTION_FAILED
                    FATAL_DEVICE  | INTERNAL: Failed to synchronize GPU for autotuning conv instruction
                    MODEL_LOAD    | Could not find SavedModel .pb or .pbtxt at supplied export directory path: /models/x
                    MODEL_LOAD    | NOT_FOUND: Op type not registered 'TextSplit' in binary running on host
                    UNKNOWN       | INTERNAL: something else
                    """)
    void knowsTheMessagesOfLibraries(ErrorClass expected, String message) {
        assertThat(ErrorTable.classify(message)).isEqualTo(expected);
    }

    @Test
    void callsWhatItDoesNotKnowUnknown() {
        assertThat(ErrorTable.classify("")).isEqualTo(ErrorClass.UNKNOWN);
    }

    @Test
    void theTypeOfTheExceptionComesBeforeItsText() {
        assertThat(
                        ErrorTable.classify(
                                new TFInvalidArgumentException("CUDA_ERROR_ECC_UNCORRECTABLE")))
                .isEqualTo(ErrorClass.DATA);
        assertThat(ErrorTable.classify(new TFOutOfRangeException("out of memory")))
                .isEqualTo(ErrorClass.DATA);
        assertThat(ErrorTable.classify(new TFResourceExhaustedException("GPU is lost")))
                .isEqualTo(ErrorClass.OUT_OF_MEMORY);
    }

    @Test
    void readsTheTextsOfTensorFlowAlone() {
        assertThat(ErrorTable.classify(new TensorFlowException("INTERNAL: GPU is lost")))
                .isEqualTo(ErrorClass.FATAL_DEVICE);
        assertThat(ErrorTable.classify(new IllegalStateException("INTERNAL: GPU is lost")))
                .isEqualTo(ErrorClass.UNKNOWN);
    }
}
