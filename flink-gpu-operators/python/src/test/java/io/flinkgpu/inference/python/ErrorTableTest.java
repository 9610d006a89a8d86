package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTableTest {

    @ParameterizedTest
    @CsvSource({
        "torch.OutOfMemoryError RuntimeError Exception, OUT_OF_MEMORY",
        "torch.cuda.OutOfMemoryError RuntimeError Exception, OUT_OF_MEMORY",
        "MemoryError Exception, OUT_OF_MEMORY",
        "torch.AcceleratorError RuntimeError Exception, FATAL_DEVICE",
        "UnicodeDecodeError UnicodeError ValueError Exception, DATA",
        "numpy.linalg.LinAlgError ValueError Exception, DATA",
        "KeyError LookupError Exception, DATA",
        "ZeroDivisionError ArithmeticError Exception, DATA",
        "MissingInput KeyError LookupError Exception, MODEL_LOAD",
        "BadAnswer Exception, MODEL_LOAD",
        "AttributeError Exception, UNKNOWN",
        "RuntimeError Exception, UNKNOWN",
    })
    void classifiesByTheNearestType(String types, ErrorClass expected) {
        assertThat(ErrorTable.classify(Arrays.asList(types.split(" ")), "", ModelDevice.Kind.GPU))
                .isEqualTo(expected);
    }

    @Test
    void knowsDeviceErrorsOfPyTorchByHowTheyBegin() {
        String message = "CUDA error: an illegal memory access was encountered";

        assertThat(classify(message, ModelDevice.Kind.GPU)).isEqualTo(ErrorClass.FATAL_DEVICE);
        assertThat(classify(message, ModelDevice.Kind.CPU)).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(classify("row says CUDA error: x", ModelDevice.Kind.GPU))
                .isEqualTo(ErrorClass.UNKNOWN);
    }

    private static ErrorClass classify(String message, ModelDevice.Kind device) {
        return ErrorTable.classify(List.of("RuntimeError", "Exception"), message, device);
    }
}
