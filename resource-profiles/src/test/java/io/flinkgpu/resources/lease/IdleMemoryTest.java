package io.flinkgpu.resources.lease;

import static io.flinkgpu.resources.lease.TestingDevices.share;
import static io.flinkgpu.resources.lease.TestingDevices.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

/** What becomes of memory that is kept beside all leases. */
class IdleMemoryTest {

    private final Idle idle = new Idle();

    @Test
    void goesWhenALeaseNeedsIt() {
        DeviceLeaseTable table = counting(table(1));
        idle.hold("GPU-0", "old", "16 gb");

        DeviceLease lease = table.acquire(share("a", 1));

        assertThat(lease.isOpen()).isTrue();
        assertThat(idle.letGo).containsExactly("old");
    }

    @Test
    void staysWhereThereIsRoomForBoth() {
        DeviceLeaseTable table = counting(table(1));
        idle.hold("GPU-0", "old", "8 gb");

        table.acquire(share("a", 0.5));

        assertThat(idle.letGo).isEmpty();
    }

    @Test
    void goesLongestIdleFirstAndNoMoreThanIsNeeded() {
        DeviceLeaseTable table = counting(table(1));
        idle.hold("GPU-0", "oldest", "3 gb");
        idle.hold("GPU-0", "older", "3 gb");
        idle.hold("GPU-0", "old", "3 gb");

        // 8 of 16 GiB are free beside the lease, and 9 are idle
        table.acquire(share("a", 0.5));
        assertThat(idle.letGo).containsExactly("oldest");

        table.acquire(share("b", 0.25));
        assertThat(idle.letGo).containsExactly("oldest", "older");
    }

    @Test
    void staysForTheLeaseThatReusesIt() {
        DeviceLeaseTable table = counting(table(1));
        idle.hold("GPU-0", "mine", "16 gb");

        table.acquire(share("a", 1).reusing("mine"));

        assertThat(idle.letGo).isEmpty();
    }

    @Test
    void countsNextToWhatIsLeasedAlready() {
        DeviceLeaseTable table = counting(table(1));
        table.acquire(share("a", 0.5));
        idle.hold("GPU-0", "old", "5 gb");

        table.acquire(new LeaseRequest("b", 0.1, MemorySize.parse("4 gb"), null));

        assertThat(idle.letGo).containsExactly("old");
    }

    @Test
    void isNotTouchedByALeaseThatIsRefused() {
        DeviceLeaseTable table = counting(table(1));
        table.acquire(share("a", 0.5));
        idle.hold("GPU-0", "old", "8 gb");

        assertThatNoRoomFor(table, share("b", 0.75));

        assertThat(idle.letGo).isEmpty();
    }

    @Test
    void drawsTheLeaseThatReusesItToItsDevice() {
        DeviceLeaseTable table = counting(table(3));
        idle.hold("GPU-1", "mine", "16 gb");

        assertThat(table.acquire(share("a", 1).reusing("mine")).device().uuid()).isEqualTo("GPU-1");
    }

    @Test
    void sendsOtherLeasesToDevicesWhereNothingHasToGo() {
        DeviceLeaseTable table = counting(table(2));
        idle.hold("GPU-0", "old", "16 gb");

        assertThat(table.acquire(share("a", 1)).device().uuid()).isEqualTo("GPU-1");
        assertThat(idle.letGo).isEmpty();
    }

    @Test
    void doesNotSpreadFractionsOverWholeDevices() {
        DeviceLeaseTable table = counting(table(2));
        table.acquire(share("a", 0.5));
        idle.hold("GPU-0", "old", "8 gb");

        assertThat(table.acquire(share("b", 0.5)).device().uuid()).isEqualTo("GPU-0");
        assertThat(idle.letGo).containsExactly("old");
    }

    private static void assertThatNoRoomFor(DeviceLeaseTable table, LeaseRequest request) {
        assertThatThrownBy(() -> table.acquire(request))
                .isInstanceOf(DeviceOversubscribedException.class)
                .hasMessageContaining("no device has the room");
    }

    private DeviceLeaseTable counting(DeviceLeaseTable table) {
        table.count(idle);
        return table;
    }

    /** Holds what the test says, longest first, and remembers what it let go. */
    private static final class Idle implements IdleMemory {
        private final List<Holding> holdings = new ArrayList<>();
        private final List<Object> letGo = new ArrayList<>();

        private void hold(String device, String owner, String bytes) {
            holdings.add(new Holding(device, owner, MemorySize.parse(bytes).getBytes()));
        }

        @Override
        public List<Holding> on(String deviceUuid) {
            return holdings.stream().filter(h -> h.deviceUuid().equals(deviceUuid)).toList();
        }

        @Override
        public void letGo(Holding holding) {
            holdings.remove(holding);
            letGo.add(holding.owner());
        }
    }
}
