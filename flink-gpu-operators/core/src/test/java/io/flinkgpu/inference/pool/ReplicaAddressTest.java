package io.flinkgpu.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaAddressTest {

    @Test
    void readsHostAndPort() {
        assertThat(ReplicaAddress.parse("gpu-1:9000"))
                .isEqualTo(new ReplicaAddress("gpu-1", 9000))
                .hasToString("gpu-1:9000");
    }

    @Test
    void namesItsServerAfterItsHostUnlessTold() {
        assertThat(new ReplicaAddress("gpu-1", 9000, null))
                .isEqualTo(new ReplicaAddress("gpu-1", 9000));
        assertThat(new ReplicaAddress("10.0.0.1", 9000, "gpus").serverName()).isEqualTo("gpus");
    }

    @Test
    void leavesTheBracketsOfAnIpV6Host() {
        assertThat(ReplicaAddress.parse("[::1]:9000")).isEqualTo(new ReplicaAddress("[::1]", 9000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu-1", ":9000", "gpu-1:http", ""})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> ReplicaAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid replica address: '" + text + "'. Write <host>:<port>.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void refusesPort(int port) {
        assertThatThrownBy(() -> new ReplicaAddress("gpu-1", port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid port of replica gpu-1: " + port + ". It must be 1 to 65535.");
    }
}
