package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import org.junit.jupiter.api.Test;

class ErrorClassesTest {

    @Test
    void knowsOurOwnExceptions() {
        assertThat(ErrorClasses.of(new DeadlineExceededException("late")))
                .isEqualTo(ErrorClass.TIMEOUT);
        assertThat(ErrorClasses.of(new DeviceLostException("gone")))
                .isEqualTo(ErrorClass.FATAL_DEVICE);
        assertThat(ErrorClasses.of(new ModelLoadException("no file")))
                .isEqualTo(ErrorClass.MODEL_LOAD);
        assertThat(ErrorClasses.of(new SignatureMismatchException("expects float32")))
                .isEqualTo(ErrorClass.MODEL_LOAD);
        assertThat(ErrorClasses.of(new ShapeMismatchException("expects [-1, 784]")))
                .isEqualTo(ErrorClass.DATA);
    }

    @Test
    void readsTheCausesToo() {
        Throwable failure =
                new ModelRunException(
                        "Cannot run m",
                        new ModelRunException("gone").classified(ErrorClass.FATAL_DEVICE));

        assertThat(ErrorClasses.of(failure)).isEqualTo(ErrorClass.FATAL_DEVICE);
    }

    @Test
    void aTextNeverChoosesTheClass() {
        String text = "CUDA_ERROR_ECC_UNCORRECTABLE: GPU is lost, out of memory, Cannot load model";

        assertThat(ErrorClasses.of(new IllegalStateException(text))).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(ErrorClasses.of(new ModelRunException(text))).isEqualTo(ErrorClass.UNKNOWN);
        assertThat(ErrorClasses.of(new ShapeMismatchException(text))).isEqualTo(ErrorClass.DATA);
        assertThat(ErrorClasses.of(new ModelRunException(text).classified(ErrorClass.DATA)))
                .isEqualTo(ErrorClass.DATA);
    }

    @Test
    void doesNotGuess() {
        assertThat(ErrorClasses.of(new ModelRunException("a strange thing happened")))
                .isEqualTo(ErrorClass.UNKNOWN);
        assertThat(ErrorClasses.of(new IllegalStateException())).isEqualTo(ErrorClass.UNKNOWN);
    }
}
