package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Holds the version of ONNX Runtime, which must not be raised without a look. */
class OnnxRuntimeVersionTest {

    /** Version 1.29.0 sends telemetry by default on Linux. */
    @Test
    void isOneThatSendsNoTelemetry() {
        assertThat(OnnxLoader.environment().getVersion()).isEqualTo("1.28.0");
    }
}
