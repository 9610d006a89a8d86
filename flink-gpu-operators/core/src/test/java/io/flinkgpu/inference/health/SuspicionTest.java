package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.Suspicion.Outlook;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    @Test
    void aNodeLeaves() {
        assertThat(Suspicion.ofLeavingNode("taken back").outlook()).isEqualTo(Outlook.LEAVING);
        assertThat(Suspicion.ofStayingNode("spared").outlook()).isEqualTo(Outlook.STAYING);
        assertThat(Suspicion.ofNode("too hot").outlook()).isEqualTo(Outlook.SUSPECT);
    }

    @Test
    void nothingElseLeaves() {
        assertThatThrownBy(
                        () ->
                                new Suspicion(
                                        Level.DEVICE,
                                        "gpu-0",
                                        ErrorClass.UNKNOWN,
                                        "old",
                                        Outlook.LEAVING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DEVICE gpu-0 is LEAVING. Only a node can be");
    }

    @Test
    void aDetectorSuspectsNoOtherNode() {
        assertThatThrownBy(
                        () ->
                                new Suspicion(
                                        Level.NODE,
                                        "n2",
                                        ErrorClass.CONNECTION,
                                        "old",
                                        Outlook.SUSPECT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid suspicion of node 'n2'.");
    }
}
