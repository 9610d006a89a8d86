package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.EscalationPolicy.Evidence;
import io.flinkgpu.inference.fault.EscalationPolicy.Nodes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EscalationPolicyTest {

    private static final Evidence SPARED = new Evidence(false, true, 0);
    private static final Evidence LEAVING = new Evidence(true, false, 0);

    private final EscalationPolicy policy = EscalationPolicy.defaults();

    @Test
    void oneBlockedDeviceIsTheDevicesEvidence() {
        assertThat(policy.nodeBlock(new Evidence(false, false, 1), new Nodes(4, 0))).isEmpty();
    }

    @Test
    void twoBlockedDevicesAreTheNodes() {
        assertThat(policy.nodeBlock(new Evidence(false, false, 2), new Nodes(4, 0)))
                .contains(Duration.ofHours(1));
    }

    @Test
    void aDeviceThatWasSparedIsTheNodes() {
        assertThat(policy.nodeBlock(SPARED, new Nodes(2, 0))).contains(Duration.ofHours(1));
    }

    @Test
    void leavesHalfOfTheNodesAndTheLastOne() {
        assertThat(policy.nodeBlock(SPARED, new Nodes(4, 1))).isPresent();
        assertThat(policy.nodeBlock(SPARED, new Nodes(4, 2))).isEmpty();
        assertThat(policy.nodeBlock(LEAVING, new Nodes(1, 0))).isEmpty();
        assertThat(
                        new EscalationPolicy(1, Duration.ofHours(1), 1)
                                .nodeBlock(LEAVING, new Nodes(2, 1)))
                .isEmpty();
    }
}
