package io.flinkgpu.resources.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.resources.GpuAmount;
import io.flinkgpu.resources.device.GpuDevice;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.configuration.MemorySize;

class DeviceLeasePropertyTest {

    /**
     * One call of the table.
     *
     * @param closes the place of the open lease to close; above the number of open ones: acquire
     *     instead
     */
    record Step(int thousandths, int capMebiBytes, int closes) {}

    @Property(tries = 500)
    void neverExceedsADeviceAndEndsEmpty(
            @ForAll @IntRange(min = 1, max = 4) int devices, @ForAll("steps") List<Step> steps) {
        DeviceLeaseTable table = TestingDevices.table(devices);
        List<DeviceLease> open = new ArrayList<>();

        for (Step step : steps) {
            apply(step, table, open);

            assertThat(table.leases()).containsExactlyInAnyOrderElementsOf(open);
            table.devices().forEach(device -> assertFits(device, open));
        }

        open.forEach(DeviceLease::close);
        assertThat(table.leases()).isEmpty();
    }

    @Property(tries = 500)
    void refusesOnlyWhatFitsOnNoDevice(
            @ForAll @IntRange(min = 1, max = 4) int devices, @ForAll("steps") List<Step> steps) {
        DeviceLeaseTable table = TestingDevices.table(devices);
        List<DeviceLease> open = new ArrayList<>();

        for (Step step : steps) {
            boolean acquires = step.closes >= open.size();
            boolean fits =
                    table.devices().stream()
                            .anyMatch(device -> fits(request(step), device, List.copyOf(open)));
            int before = open.size();

            apply(step, table, open);

            assertThat(acquires && open.size() == before).isEqualTo(acquires && !fits);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> shares = Arbitraries.of(1, 100, 250, 333, 500, 750, 1000);
        Arbitrary<Integer> caps = Arbitraries.integers().between(0, 16 * 1024);
        Arbitrary<Integer> closes = Arbitraries.integers().between(0, 12);
        return Combinators.combine(shares, caps, closes).as(Step::new).list().ofMaxSize(40);
    }

    private static void apply(Step step, DeviceLeaseTable table, List<DeviceLease> open) {
        if (step.closes < open.size()) {
            open.remove(step.closes).close();
            return;
        }
        try {
            open.add(table.acquire(request(step)));
        } catch (DeviceOversubscribedException e) {
            assertThat(e).hasMessageContaining("Device GPU-0 has ");
        }
    }

    private static LeaseRequest request(Step step) {
        MemorySize cap = step.capMebiBytes == 0 ? null : MemorySize.ofMebiBytes(step.capMebiBytes);
        return new LeaseRequest("holder", step.thousandths / 1000.0, cap, null);
    }

    private static boolean fits(LeaseRequest request, GpuDevice device, List<DeviceLease> open) {
        long cap =
                request.memoryCap()
                        .map(MemorySize::getBytes)
                        .orElse((long) (device.memory().getBytes() * request.share()));
        return shares(device, open) + Math.round(request.share() * 1000) <= GpuAmount.WHOLE
                && bytes(device, open) + cap <= device.memory().getBytes();
    }

    private static void assertFits(GpuDevice device, List<DeviceLease> open) {
        assertThat(shares(device, open)).isLessThanOrEqualTo(GpuAmount.WHOLE);
        assertThat(bytes(device, open)).isLessThanOrEqualTo(device.memory().getBytes());
    }

    private static long shares(GpuDevice device, List<DeviceLease> open) {
        return open.stream()
                .filter(lease -> lease.device().equals(device))
                .mapToLong(lease -> Math.round(lease.share() * 1000))
                .sum();
    }

    private static long bytes(GpuDevice device, List<DeviceLease> open) {
        return open.stream()
                .filter(lease -> lease.device().equals(device))
                .mapToLong(lease -> lease.memoryCap().getBytes())
                .sum();
    }
}
