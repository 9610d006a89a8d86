package io.flinkgpu.resources.lease;

import static io.flinkgpu.resources.lease.TestingDevices.devices;
import static io.flinkgpu.resources.lease.TestingDevices.named;
import static io.flinkgpu.resources.lease.TestingDevices.share;
import static io.flinkgpu.resources.lease.TestingDevices.simulated;
import static io.flinkgpu.resources.lease.TestingDevices.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class DeviceLeaseTableTest {

    @Test
    void registersADeviceOnce() {
        DeviceLeaseTable table = table(2);

        table.register(devices(3));

        assertThat(table.devices()).isEqualTo(devices(3));
    }

    @Test
    void leasesAWholeDeviceToOneHolder() {
        DeviceLeaseTable table = table(2);

        DeviceLease first = table.acquire(share("a", 1));
        DeviceLease second = table.acquire(share("b", 1));

        assertThat(first.device().uuid()).isEqualTo("GPU-0");
        assertThat(second.device().uuid()).isEqualTo("GPU-1");
        assertThat(first.memoryCap()).isEqualTo(TestingDevices.MEMORY);
        assertThat(table.leases()).containsExactly(first, second);
    }

    @Test
    void packsFractionsSoThatWholeDevicesStayFree() {
        DeviceLeaseTable table = table(3);

        List<String> placed =
                List.of(0.5, 0.25, 0.25, 0.5).stream()
                        .map(share -> table.acquire(share("a", share)).device().uuid())
                        .toList();

        assertThat(placed).containsExactly("GPU-0", "GPU-0", "GPU-0", "GPU-1");
        assertThat(table.acquire(share("b", 1)).device().uuid()).isEqualTo("GPU-2");
    }

    @Test
    void prefersTheFullestDeviceThatHasRoom() {
        DeviceLeaseTable table = table(2);
        table.acquire(share("a", 0.5));
        table.acquire(share("b", 0.6));

        // GPU-0 holds 0.5, GPU-1 holds 0.6.
        assertThat(table.acquire(share("c", 0.4)).device().uuid()).isEqualTo("GPU-1");
        assertThat(table.acquire(share("d", 0.4)).device().uuid()).isEqualTo("GPU-0");
    }

    @Test
    void fillsADeviceExactlyWithTenTenths() {
        DeviceLeaseTable table = table(1);
        for (int i = 0; i < 10; i++) {
            table.acquire(share("holder-" + i, 0.1));
        }

        assertThatThrownBy(() -> table.acquire(share("late", 0.001)))
                .isInstanceOf(DeviceOversubscribedException.class);
    }

    @Test
    void namesTheHoldersOfEachDeviceWhenThereIsNoRoom() {
        DeviceLeaseTable table = table(2);
        table.acquire(share("classify (1/2)", 0.75));
        table.acquire(share("classify (2/2)", 1));

        assertThatThrownBy(() -> table.acquire(share("detect (1/1)", 0.5)))
                .isInstanceOf(DeviceOversubscribedException.class)
                .hasMessage(
                        "Cannot lease 0.5 of a device for 'detect (1/1)': no device has the room."
                                + " Device GPU-0 has 0.25 and 4.000gb (4294967296 bytes) free, held by"
                                + " [classify (1/2) (0.75, 12.000gb (12884901888 bytes))]."
                                + " Device GPU-1 has 0.0 and 0 bytes free, held by"
                                + " [classify (2/2) (1.0, 16.000gb (17179869184 bytes))].");
    }

    @Test
    void neverLeasesMoreMemoryThanADeviceHas() {
        DeviceLeaseTable table = table(1);
        table.acquire(capped("a", 0.5, "12 gb"));

        assertThatThrownBy(() -> table.acquire(share("b", 0.5)))
                .isInstanceOf(DeviceOversubscribedException.class)
                .hasMessageContaining("Device GPU-0 has 0.5 and 4.000gb");
        assertThat(table.acquire(capped("c", 0.5, "4 gb")).memoryCap())
                .isEqualTo(MemorySize.parse("4 gb"));
    }

    @Test
    void capsMemoryAtTheShareUnlessToldOtherwise() {
        DeviceLeaseTable table = table(1);

        assertThat(table.acquire(share("a", 0.25)).memoryCap()).isEqualTo(MemorySize.parse("4 gb"));
        assertThat(table.acquire(capped("b", 0.25, "1 gb")).memoryCap())
                .isEqualTo(MemorySize.parse("1 gb"));
    }

    @Test
    void saysHowToGetADeviceWhenThereIsNone() {
        assertThatThrownBy(() -> new DeviceLeaseTable().acquire(share("a", 1)))
                .isInstanceOf(NoDeviceException.class)
                .hasMessage(
                        "Cannot lease 1.0 of a device for 'a': this process has no device. Add 'gpu' to"
                                + " external-resources and set external-resource.gpu.amount, on a machine"
                                + " without a GPU also external-resource.gpu.simulated.count.");
    }

    @Test
    void findsTheAcceleratorByPartOfItsNameInAnyCase() {
        DeviceLeaseTable table = new DeviceLeaseTable();
        table.register(List.of(named(0, "Tesla T4"), named(1, "NVIDIA A100-SXM4-80GB")));

        assertThat(table.acquire(labelled("a", "a100")).device().uuid()).isEqualTo("GPU-1");
    }

    @Test
    void takesASimulatedDeviceForAnyAccelerator() {
        DeviceLeaseTable table = new DeviceLeaseTable();
        table.register(List.of(simulated(0)));

        assertThat(table.acquire(labelled("a", "a100")).device().simulated()).isTrue();
    }

    @Test
    void refusesAnAcceleratorThatTheProcessDoesNotHave() {
        DeviceLeaseTable table = table(1);

        assertThatThrownBy(() -> table.acquire(labelled("a", "h100")))
                .isInstanceOf(NoDeviceException.class)
                .hasMessageStartingWith(
                        "Cannot lease 0.5 of a device of type 'h100' for 'a': no device is of that type"
                                + " and size. Devices are [GPU-0 (NVIDIA A100-SXM4-80GB, 16.000gb");
    }

    @Test
    void refusesACapAboveEveryDevicesMemory() {
        DeviceLeaseTable table = table(2);

        assertThatThrownBy(() -> table.acquire(capped("a", 0.5, "17 gb")))
                .isInstanceOf(NoDeviceException.class)
                .hasMessageContaining("0.5 of a device with 17.000gb");
    }

    @Test
    void takesAClosedLeaseBackOnce() {
        DeviceLeaseTable table = table(1);
        DeviceLease closed = table.acquire(share("a", 1));
        closed.close();
        DeviceLease open = table.acquire(share("b", 1));

        closed.close();

        assertThat(closed.isOpen()).isFalse();
        assertThat(open.isOpen()).isTrue();
        assertThat(table.leases()).containsExactly(open);
    }

    @Test
    void reclaimsTheLeaseOfADeadThreadAtTheNextAcquire() throws Exception {
        DeviceLeaseTable table = table(1);
        acquireInThreadThatDies(table);

        DeviceLease lease = table.acquire(share("alive", 1));

        assertThat(table.leases()).containsExactly(lease);
    }

    @Test
    void leavesTheLeasesOfDeadThreadsOutOfReports() throws Exception {
        DeviceLeaseTable table = table(1);
        acquireInThreadThatDies(table);

        assertThat(table.leases()).isEmpty();
    }

    @Test
    void isOnePerProcess() {
        assertThat(DeviceLeaseTable.ofProcess()).isSameAs(DeviceLeaseTable.ofProcess());
    }

    private static void acquireInThreadThatDies(DeviceLeaseTable table) throws Exception {
        Thread thread = new Thread(() -> table.acquire(share("dead", 1)));
        thread.start();
        thread.join();
    }

    private static LeaseRequest capped(String holder, double share, String cap) {
        return new LeaseRequest(holder, share, MemorySize.parse(cap), null);
    }

    private static LeaseRequest labelled(String holder, String accelerator) {
        return new LeaseRequest(holder, 0.5, null, accelerator);
    }
}
