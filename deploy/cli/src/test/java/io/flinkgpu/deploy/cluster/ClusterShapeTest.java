package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterShapeTest {

    private static final GpuDevices TWO_DEVICES = new GpuDevices(List.of("0", "1"));

    @Test
    void poolMayHaveFewerTaskManagersThanDevices() {
        assertThat(ClusterShape.pool(1).gpuTaskManagers(TWO_DEVICES)).isEqualTo(1);
        assertThat(ClusterShape.pool(2).gpuTaskManagers(TWO_DEVICES)).isEqualTo(2);
    }

    @Test
    void poolMayNotHaveMoreTaskManagersThanRealDevices() {
        assertThatThrownBy(() -> ClusterShape.pool(3).gpuTaskManagers(TWO_DEVICES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid number of task managers: 3. Each takes a device and this machine has 2; --simulated needs none.");
    }

    @Test
    void simulatedPoolHasAsManyTaskManagersAsAskedFor() {
        assertThat(ClusterShape.pool(5).gpuTaskManagers(GpuDevices.simulated())).isEqualTo(5);
        assertThat(ClusterShape.pool().gpuTaskManagers(GpuDevices.simulated())).isEqualTo(3);
    }

    @Test
    void refusesPoolWithoutTaskManagers() {
        assertThatThrownBy(() -> ClusterShape.pool(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid number of task managers: 0. It must be at least 1.");
    }

    @Test
    void otherKindsHaveNoChoice() {
        assertThatThrownBy(() -> new ClusterShape(ClusterKind.CPU, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid number of task managers: 2. Only a cluster of kind 'pool' has a choice.");
    }
}
