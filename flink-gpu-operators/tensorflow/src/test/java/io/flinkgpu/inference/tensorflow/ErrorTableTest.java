package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.exceptions.TFFailedPreconditionException;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TFPermissionDeniedException;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TFUnauthenticatedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class ErrorTableTest {

    private static final String LOST = "INTERNAL: GPU is lost";

    private final ErrorTable gpu = new ErrorTable(Kind.GPU, StringNodes.none());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    OUT_OF_MEMORY | OOM when allocating tensor with shape[64,112,112,64] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc
                    OUT_OF_MEMORY | Dst tensor is not initialized.
                    OUT_OF_MEMORY | INTERNAL: failed to allocate 2.00GiB from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory
                    OUT_OF_MEMORY | RESOURCE_EXHAUSTED: Out of memory while trying to allocate 67108864 bytes.
                    FATAL_DEVICE  | INTERNAL: CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered
                    FATAL_DEVICE  | CUDA_ERROR_ECC_UNCORRECTABLE: uncorrectable ECC error encountered
                    FATAL_DEVICE  | Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU
                    FATAL_DEVICE  | INTERNAL: cuDNN launch failure : CUDNN_STATUS_EXECUTION_FAILED
                    FATAL_DEVICE  | INTERNAL: Failed to synchronize GPU for autotuning conv instruction
                    FATAL_DEVICE  | 2 root error(s) found.  (0) INTERNAL: cuDNN launch failure : CUDNN_STATUS_EXECUTION_FAILED
                    FATAL_DEVICE  | 2 root error(s) found.  (0) NOT_FOUND: No algorithm worked!  Error messages: CUDNN_STATUS_EXECUTION_FAILED
                    UNKNOWN       | No algorithm worked!  Error messages:
                    UNKNOWN       | NOT_FOUND: Op type not registered 'TextSplit' in binary running on host
                    UNKNOWN       | INTERNAL: something else
                    UNKNOWN       | ''
                    """)
    void knowsTheMessagesOfLibrariesOnAGpu(ErrorClass expected, String message) {
        assertThat(gpu.classify(new TensorFlowException(message))).isEqualTo(expected);
    }

    @Test
    void theTypeOfTheExceptionComesBeforeItsText() {
        assertThat(gpu.classify(new TFInvalidArgumentException(LOST))).isEqualTo(ErrorClass.DATA);
        assertThat(gpu.classify(new TFOutOfRangeException("out of memory")))
                .isEqualTo(ErrorClass.DATA);
        assertThat(gpu.classify(new TFPermissionDeniedException(LOST))).isEqualTo(ErrorClass.DATA);
        assertThat(gpu.classify(new TFUnauthenticatedException(LOST))).isEqualTo(ErrorClass.DATA);
        assertThat(gpu.classify(new TFResourceExhaustedException(LOST)))
                .isEqualTo(ErrorClass.OUT_OF_MEMORY);
        assertThat(gpu.classify(new TFFailedPreconditionException(LOST)))
                .isEqualTo(ErrorClass.UNKNOWN);
    }

    @Test
    void readsTheTextsOfTensorFlowAlone() {
        assertThat(gpu.classify(new IllegalStateException(LOST))).isEqualTo(ErrorClass.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "GPU", mode = EnumSource.Mode.EXCLUDE)
    void nothingButAGpuIsLost(Kind kind) {
        ErrorTable table = new ErrorTable(kind, StringNodes.none());

        assertThat(table.classify(new TensorFlowException(LOST))).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(table.classify(new TensorFlowException("out of memory")))
                .isEqualTo(ErrorClass.UNKNOWN);
    }

    @Test
    void believesNoTextOfAnOperationThatReadsStrings() {
        GraphDef graph =
                GraphDef.newBuilder()
                        .addNode(NodeDef.newBuilder().setName("read").setOp("ReadFile"))
                        .addNode(NodeDef.newBuilder().setName("conv").setOp("Conv2D"))
                        .build();
        ErrorTable table = new ErrorTable(Kind.GPU, StringNodes.of(graph));

        assertThat(table.classify(new TensorFlowException(LOST + " [[{{node read}}]]")))
                .isEqualTo(ErrorClass.UNKNOWN);
        assertThat(
                        table.classify(
                                new TensorFlowException(
                                        LOST + " {{node conv}}\n\t [[{{node read}}]]")))
                .isEqualTo(ErrorClass.UNKNOWN);
        assertThat(table.classify(new TensorFlowException(LOST + " [[{{node conv}}]]")))
                .isEqualTo(ErrorClass.FATAL_DEVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/no/such/file; No such file or directory\n\t [[{{node ReadFile}}]]",
                "/GPU is lost; No such file or directory",
                "2 root error(s) found.\n  (0) NOT_FOUND: /x; No such file or directory\n\t [[a]]",
                "2 root error(s) found.\n  (0) ALREADY_EXISTS: Resource x\n  (1) INTERNAL: GPU is lost",
            })
    void aFileThatARowNamesIsTheRows(String message) {
        assertThat(gpu.classify(new TensorFlowException(message))).isEqualTo(ErrorClass.DATA);
    }

    @Test
    void tellsFilesThatRanOutFromMemory() {
        assertThat(gpu.classify(new TFResourceExhaustedException("/x; Too many open files")))
                .isEqualTo(ErrorClass.UNKNOWN);
        assertThat(gpu.classify(new TFFailedPreconditionException("/x; Is a directory\n\t [[a]]")))
                .isEqualTo(ErrorClass.DATA);
    }
}
