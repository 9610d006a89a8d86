package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.EscalationPolicy;
import io.flinkgpu.resources.lease.DeviceBlock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeBlocklistTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final RecordingNodeBlocker flink = new RecordingNodeBlocker();
    private final FaultEvents events = new FaultEvents(Clock.systemUTC());
    private final FaultLog faults = new FaultLog();
    private final NodeBlocklist blocklist =
            new NodeBlocklist(EscalationPolicy.defaults(), flink, events, faults, () -> now);

    @Test
    void blocksTheNodeOfADeviceThatCouldNotBeBlocked() {
        assertThat(blocklist.reported(spared("n1", "gpu-0"))).isCompleted();

        NodeBlock expected =
                new NodeBlock("n1", "device gpu-0: it is lost", START.plus(Duration.ofHours(1)));
        assertThat(flink.blocks()).containsExactly(expected);
        assertThat(blocklist.blocks()).containsExactly(expected);
        assertThat(events.counts()).containsEntry("NodeBlocked", 1L);
        assertThat(faults.latest().faults())
                .containsExactly(
                        new FaultLog.Entry(START, "n1", new FaultEvent.NodeBlocked(expected)));
    }

    @Test
    void blocksTheNodeOfTwoBlockedDevices() {
        tell(blocked("n1", "gpu-0"));
        assertThat(flink.blocks()).isEmpty();

        tell(blocked("n2", "gpu-0"));
        tell(blocked("n1", "gpu-0"));
        assertThat(flink.blocks()).isEmpty();

        tell(blocked("n1", "gpu-1"));
        assertThat(flink.blocks()).extracting(NodeBlock::node).containsExactly("n1");
    }

    @Test
    void forgetsDevicesWhoseBlocksHaveEnded() {
        tell(blocked("n1", "gpu-0"));
        now = START.plus(Duration.ofMinutes(11));
        tell(blocked("n1", "gpu-1"));

        assertThat(flink.blocks()).isEmpty();
    }

    @Test
    void blocksANodeThatLeaves() {
        tell(HealthReport.ofNode("n1", "spot instance is taken back", true));

        assertThat(flink.blocks())
                .extracting(NodeBlock::cause)
                .containsExactly("spot instance is taken back");
    }

    @Test
    void blocksANodeThatADetectorSuspects() {
        tell(HealthReport.ofNode("n1", "the fan stands still", false));

        assertThat(flink.blocks())
                .extracting(NodeBlock::cause)
                .containsExactly("the fan stands still");
    }

    @Test
    void blocksANodeOnce() {
        tell(spared("n1", "gpu-0"));
        tell(spared("n1", "gpu-0"));

        assertThat(flink.blocks()).hasSize(1);
    }

    @Test
    void leavesHalfOfTheNodes() {
        flink.have(new EscalationPolicy.Nodes(4, 2));
        assertThat(blocklist.reported(spared("n1", "gpu-0"))).isCompleted();

        assertThat(flink.blocks()).isEmpty();
        assertThat(blocklist.blocks()).isEmpty();
    }

    @Test
    void settlesWithoutABlockWhereFlinkCannotBeReached() {
        flink.becomeUnreachable();

        assertThat(blocklist.reported(spared("n1", "gpu-0"))).isCompleted();
    }

    @Test
    void forgetsABlockThatHasEnded() {
        tell(spared("n1", "gpu-0"));
        now = START.plus(Duration.ofHours(1));

        assertThat(blocklist.blocks()).isEmpty();
        tell(spared("n1", "gpu-0"));
        assertThat(flink.blocks()).hasSize(2);
    }

    @Test
    void tellsFlinkAgainOfWhatACheckpointHolds() {
        NodeBlock ended = new NodeBlock("n1", "fan", START);
        NodeBlock lasting = new NodeBlock("n2", "fan", START.plusSeconds(1));

        blocklist.restore(List.of(ended, lasting));

        assertThat(flink.blocks()).containsExactly(lasting);
        assertThat(blocklist.blocks()).containsExactly(lasting);
    }

    private void tell(HealthReport report) {
        assertThat(blocklist.reported(report)).isCompleted();
    }

    private static HealthReport spared(String node, String device) {
        return HealthReport.ofSpared(node, device, "it is lost");
    }

    private HealthReport blocked(String node, String device) {
        return HealthReport.ofBlocked(
                node, new DeviceBlock(device, "it is lost", now.plus(Duration.ofMinutes(10))));
    }
}
