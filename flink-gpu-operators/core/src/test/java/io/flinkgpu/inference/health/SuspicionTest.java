package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    @Test
    void aNodeLeaves() {
        assertThat(Suspicion.ofLeavingNode("taken back").leaving()).isTrue();
        assertThat(Suspicion.ofNode("too hot").leaving()).isFalse();
    }

    @Test
    void nothingElseLeaves() {
        assertThatThrownBy(
                        () -> new Suspicion(Level.DEVICE, "gpu-0", ErrorClass.UNKNOWN, "old", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DEVICE gpu-0 is about to go. Only a node can be");
    }

    @Test
    void aDetectorSuspectsNoOtherNode() {
        assertThatThrownBy(
                        () -> new Suspicion(Level.NODE, "n2", ErrorClass.CONNECTION, "old", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid suspicion of node 'n2'.");
    }
}
