package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;

class FailureStatusTest {

    @Test
    void namesTheClassOfARunThatFailed() {
        StatusRuntimeException failure =
                FailureStatus.of(new ModelRunException("no such word").classified(ErrorClass.DATA));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getTrailers().get(InferTrailers.ERROR_CLASS)).isEqualTo("DATA");
    }

    @Test
    void knowsFullDevicesByTheirClass() {
        StatusRuntimeException failure =
                FailureStatus.of(new ModelRunException("x").classified(ErrorClass.OUT_OF_MEMORY));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.getTrailers().get(InferTrailers.ERROR_CLASS)).isEqualTo("OUT_OF_MEMORY");
    }

    @Test
    void knowsTheClassOfOurOwnExceptions() {
        assertThat(classOf(new DeviceLostException("gone"))).isEqualTo("FATAL_DEVICE");
        assertThat(classOf(new ShapeMismatchException("CUDA_ERROR_ASSERT"))).isEqualTo("DATA");
    }

    @Test
    void saysNothingWhereNothingIsKnown() {
        assertThat(classOf(new ModelRunException("out of memory"))).isNull();
    }

    private static String classOf(Throwable failure) {
        return FailureStatus.of(failure).getTrailers().get(InferTrailers.ERROR_CLASS);
    }
}
