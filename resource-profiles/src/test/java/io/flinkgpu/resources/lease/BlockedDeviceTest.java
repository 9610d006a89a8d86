package io.flinkgpu.resources.lease;

import static io.flinkgpu.resources.lease.TestingDevices.devices;
import static io.flinkgpu.resources.lease.TestingDevices.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BlockedDeviceTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final DeviceLeaseTable table = new DeviceLeaseTable(() -> now);

    @Test
    void leasesAnotherDevice() {
        table.register(devices(2));
        table.block(block("GPU-0"));

        assertThat(table.acquire(share("a", 1)).device().uuid()).isEqualTo("GPU-1");
        assertThat(table.blocks()).containsExactly(block("GPU-0"));
    }

    @Test
    void leavesLeasesThatAreOpen() {
        table.register(devices(1));
        DeviceLease lease = table.acquire(share("a", 0.5));

        table.block(block("GPU-0"));

        assertThat(lease.isOpen()).isTrue();
    }

    @Test
    void namesTheBlockIfNothingElseHasRoom() {
        table.register(devices(1));
        table.block(block("GPU-0"));

        assertThatThrownBy(() -> table.acquire(share("a", 1)))
                .isInstanceOf(DeviceBlockedException.class)
                .hasMessage(
                        "Cannot lease 1.0 of a device for 'a': the devices with room are blocked."
                                + " GPU-0 is blocked until 2026-01-01T00:10:00Z: XID 79.");
    }

    @Test
    void leasesItAgainWhenTheBlockHasEnded() {
        table.register(devices(1));
        table.block(block("GPU-0"));
        now = START.plusSeconds(600);

        assertThat(table.acquire(share("a", 1)).device().uuid()).isEqualTo("GPU-0");
        assertThat(table.blocks()).isEmpty();
        assertThat(table.unblock("GPU-0")).isFalse();
    }

    @Test
    void leasesItAgainWhenItIsUnblocked() {
        table.register(devices(1));
        table.block(block("GPU-0"));

        assertThat(table.unblock("GPU-0")).isTrue();
        assertThat(table.acquire(share("a", 1)).device().uuid()).isEqualTo("GPU-0");
    }

    private static DeviceBlock block(String uuid) {
        return new DeviceBlock(uuid, "XID 79", START.plusSeconds(600));
    }
}
