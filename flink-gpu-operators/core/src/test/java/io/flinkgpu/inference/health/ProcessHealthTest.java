package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.fault.EscalationPolicy;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.RunListener;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceBlock;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class ProcessHealthTest {

    private static final ModelRef MODEL = ModelRef.savedModel("/models/digits");

    private final DeviceLeaseTable table = new DeviceLeaseTable();
    private final FaultEvents events = new FaultEvents(Clock.systemUTC());
    private final FailureDetectors detectors = new FailureDetectors();
    private final ProcessHealth health =
            new ProcessHealth(
                    new BlocklistConfig(
                            DeviceStrikes.Rules.defaults(),
                            EscalationPolicy.defaults(),
                            Duration.ofSeconds(1),
                            2),
                    table,
                    events,
                    detectors,
                    InstantSource.system());
    private final List<String> heard = new ArrayList<>();

    @Test
    void blocksADeviceThatSaysThatItIsBroken() {
        register(2);

        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        assertThat(table.blocks()).extracting(DeviceBlock::device).containsExactly("gpu-0");
        assertThat(heard).containsExactly("blocked gpu-0");
        assertThat(events.counts()).containsEntry("DeviceBlocked", 1L);
    }

    @Test
    void sparesTheOnlyDeviceAndSaysSo() {
        register(1);

        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        assertThat(table.blocks()).isEmpty();
        assertThat(heard).containsExactly("spared gpu-0");
    }

    @Test
    void unblocksADeviceBeforeItsTime() {
        register(2);
        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        health.unblock(new UnblockDevice("gpu-0", "first"));
        health.unblock(new UnblockDevice("gpu-1", "second"));

        assertThat(table.blocks()).isEmpty();
        assertThat(events.counts()).containsEntry("DeviceUnblocked", 1L);
    }

    @Test
    void aRequestHeardLateDoesNotEndANewerBlock() {
        register(2);
        fail("gpu-0", ErrorClass.FATAL_DEVICE);
        health.unblock(new UnblockDevice("gpu-0", "first"));
        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        health.unblock(new UnblockDevice("gpu-0", "first"));

        assertThat(table.blocks()).hasSize(1);
        health.unblock(new UnblockDevice("gpu-0", "second"));
        assertThat(table.blocks()).isEmpty();
    }

    @Test
    void blocksADeviceAfterThreeSuspicions() {
        register(2);

        for (int i = 0; i < 2; i++) {
            health.suspect(Suspicion.ofDevice("gpu-1", ErrorClass.UNKNOWN, "strange"));
        }
        assertThat(heard).isEmpty();
        health.suspect(Suspicion.ofDevice("gpu-1", ErrorClass.UNKNOWN, "strange"));

        assertThat(heard).containsExactly("blocked gpu-1");
    }

    @Test
    void anErrorOfTheRowsIsNoStrike() {
        register(2);

        for (int i = 0; i < 100; i++) {
            fail("gpu-0", ErrorClass.DATA);
            fail("gpu-0", ErrorClass.UNKNOWN);
        }

        assertThat(heard).isEmpty();
        assertThat(table.blocks()).isEmpty();
    }

    @Test
    void blocksADeviceThatFailsWhatItRanBeforeThreeTimes() {
        register(2);

        for (int i = 0; i < 3; i++) {
            fail("gpu-0", ErrorClass.SICK_DEVICE);
        }

        assertThat(heard).containsExactly("blocked gpu-0");
    }

    @Test
    void theProcessorIsNoDeviceToBlock() {
        register(2);

        health.stuck(ModelDevice.cpu(), MODEL, Duration.ofSeconds(61));

        assertThat(heard).isEmpty();
        assertThat(events.counts()).containsEntry("RunStuck", 1L);
    }

    @Test
    void aProcessWithTooManyStuckRunsIsUnfit() {
        register(3);

        health.stuck(device("gpu-0"), MODEL, Duration.ofSeconds(61));
        health.stuck(device("gpu-1"), MODEL, Duration.ofSeconds(61));

        assertThat(heard).containsExactly("blocked gpu-0", "spared gpu-1", "unfit");
    }

    @Test
    void stuckRunsOnTheProcessorCountAsWell() {
        register(1);

        health.stuck(ModelDevice.cpu(), MODEL, Duration.ofSeconds(61));
        health.stuck(ModelDevice.cpu(), MODEL, Duration.ofSeconds(61));

        assertThat(heard).containsExactly("unfit");
    }

    @Test
    void passesTheNoticeOnThatTheNodeLeaves() {
        register(1);

        health.suspect(Suspicion.ofLeavingNode("taken back"));

        assertThat(heard).containsExactly("leaving taken back");
        assertThat(health.nodeLeaves()).isTrue();

        health.suspect(Suspicion.ofStayingNode("spared"));

        assertThat(heard).containsExactly("leaving taken back", "staying spared");
        assertThat(health.nodeLeaves()).isFalse();
    }

    @Test
    void blocksADeviceOnceUntilItsBlockEnds() {
        register(4);

        fail("gpu-0", ErrorClass.FATAL_DEVICE);
        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        assertThat(heard).containsExactly("blocked gpu-0");
        assertThat(events.counts())
                .containsEntry("DeviceBlocked", 1L)
                .containsEntry("DeviceStruck", 1L);
    }

    @Test
    void leavesReplicasToTheirConnections() {
        register(2);

        health.suspect(Suspicion.ofReplica("host:1", "slow"));

        assertThat(heard).isEmpty();
    }

    @Test
    void saysThatADetectorSuspectsTheNode() {
        register(1);

        health.suspect(Suspicion.ofNode("the fan stands still"));

        assertThat(heard).containsExactly("suspected the fan stands still");
        assertThat(events.counts()).isEmpty();
    }

    private void register(int count) {
        List<GpuDevice> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(
                    new GpuDevice(i, "gpu-" + i, "test", MemorySize.ofMebiBytes(1), "none", true));
        }
        table.register(devices);
        FaultEvents.Registration unused =
                health.listen(
                        new HealthListener() {
                            @Override
                            public void deviceBlocked(DeviceBlock block) {
                                heard.add("blocked " + block.device());
                            }

                            @Override
                            public void deviceSpared(String device, String cause) {
                                heard.add("spared " + device);
                            }

                            @Override
                            public void nodeSuspected(String cause, boolean leaving) {
                                heard.add((leaving ? "leaving " : "suspected ") + cause);
                            }

                            @Override
                            public void nodeStays(String cause) {
                                heard.add("staying " + cause);
                            }

                            @Override
                            public void processUnfit(String cause) {
                                heard.add("unfit");
                            }
                        });
    }

    private void fail(String device, ErrorClass errorClass) {
        health.failed(
                device(device),
                MODEL,
                1,
                Duration.ofMillis(1),
                new RunListener.Failure(errorClass, "it failed"));
    }

    private static ModelDevice device(String id) {
        return new ModelDevice(id, ModelDevice.Kind.SIMULATED_GPU, 0, 0, 0);
    }
}
