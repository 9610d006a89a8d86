package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceModeTest {

    @Test
    void isFusedUnlessSet() {
        assertThat(InferenceMode.from(Map.of())).isEqualTo(InferenceMode.FUSED);
    }

    @Test
    void ignoresCase() {
        assertThat(InferenceMode.from(Map.of("FLINK_GPU_MODE", "Fused")))
                .isEqualTo(InferenceMode.FUSED);
    }

    @Test
    void refusesUnknownMode() {
        assertThatThrownBy(() -> InferenceMode.from(Map.of("FLINK_GPU_MODE", "remote")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid FLINK_GPU_MODE: remote. It must be one of [fused, separated].");
    }
}
