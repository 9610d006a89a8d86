package io.flinkgpu.inference.blocklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.detector.Level;
import io.flinkgpu.inference.detector.Suspicion;
import io.flinkgpu.inference.events.FaultEvents;
import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.RunListener;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceBlock;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class DeviceBlocklistTest {

    private static final ModelRef MODEL = ModelRef.savedModel("/models/digits");

    private final DeviceLeaseTable table = new DeviceLeaseTable();
    private final FaultEvents events = new FaultEvents(Clock.systemUTC());
    private final DeviceBlocklist blocklist =
            new DeviceBlocklist(
                    table,
                    new DeviceStrikes(DeviceStrikes.Rules.defaults(), System::nanoTime),
                    events,
                    2);
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

        blocklist.unblock(new UnblockDevice("gpu-0", "first"));
        blocklist.unblock(new UnblockDevice("gpu-1", "second"));

        assertThat(table.blocks()).isEmpty();
        assertThat(events.counts()).containsEntry("DeviceUnblocked", 1L);
    }

    @Test
    void aRequestHeardLateDoesNotEndANewerBlock() {
        register(2);
        fail("gpu-0", ErrorClass.FATAL_DEVICE);
        blocklist.unblock(new UnblockDevice("gpu-0", "first"));
        fail("gpu-0", ErrorClass.FATAL_DEVICE);

        blocklist.unblock(new UnblockDevice("gpu-0", "first"));

        assertThat(table.blocks()).hasSize(1);
        blocklist.unblock(new UnblockDevice("gpu-0", "second"));
        assertThat(table.blocks()).isEmpty();
    }

    @Test
    void blocksADeviceAfterThreeSuspicions() {
        register(2);

        for (int i = 0; i < 2; i++) {
            blocklist.suspect(Suspicion.ofDevice("gpu-1", ErrorClass.UNKNOWN, "strange"));
        }
        assertThat(heard).isEmpty();
        blocklist.suspect(Suspicion.ofDevice("gpu-1", ErrorClass.UNKNOWN, "strange"));

        assertThat(heard).containsExactly("blocked gpu-1");
    }

    @Test
    void anErrorOfTheRowsIsNoStrike() {
        register(2);

        for (int i = 0; i < 10; i++) {
            fail("gpu-0", ErrorClass.DATA);
            fail("gpu-0", ErrorClass.UNKNOWN);
        }

        assertThat(heard).isEmpty();
        assertThat(table.blocks()).isEmpty();
    }

    @Test
    void theProcessorIsNoDeviceToBlock() {
        register(2);

        blocklist.stuck(ModelDevice.cpu(), MODEL, Duration.ofSeconds(61));

        assertThat(heard).isEmpty();
        assertThat(events.counts()).containsEntry("RunStuck", 1L);
    }

    @Test
    void aProcessWithTooManyStuckRunsIsUnfit() {
        register(3);

        blocklist.stuck(device("gpu-0"), MODEL, Duration.ofSeconds(61));
        blocklist.stuck(device("gpu-1"), MODEL, Duration.ofSeconds(61));

        assertThat(heard).containsExactly("blocked gpu-0", "spared gpu-1", "unfit");
    }

    @Test
    void passesTheNoticeOnThatTheNodeLeaves() {
        register(1);

        blocklist.suspect(Suspicion.ofLeavingNode("taken back"));

        assertThat(heard).containsExactly("leaving taken back");
    }

    @Test
    void doesNotJudgeReplicas() {
        assertThatThrownBy(
                        () ->
                                blocklist.suspect(
                                        new Suspicion(
                                                Level.REPLICA,
                                                "host:1",
                                                ErrorClass.TIMEOUT,
                                                "slow",
                                                false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A process knows devices and its node.");
    }

    private void register(int count) {
        List<GpuDevice> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(
                    new GpuDevice(i, "gpu-" + i, "test", MemorySize.ofMebiBytes(1), "none", true));
        }
        table.register(devices);
        FaultEvents.Registration unused =
                blocklist.listen(
                        new TroubleListener() {
                            @Override
                            public void deviceInTrouble(DeviceTrouble trouble) {
                                heard.add(
                                        (trouble.isSpared() ? "spared " : "blocked ")
                                                + trouble.device());
                            }

                            @Override
                            public void nodeLeaving(String cause) {
                                heard.add("leaving " + cause);
                            }

                            @Override
                            public void processUnfit(String cause) {
                                heard.add("unfit");
                            }
                        });
    }

    private void fail(String device, ErrorClass errorClass) {
        blocklist.failed(
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
