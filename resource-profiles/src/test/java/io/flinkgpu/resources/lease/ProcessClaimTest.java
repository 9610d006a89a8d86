package io.flinkgpu.resources.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessClaimTest {

    private final AtomicInteger leasesOfFirst = new AtomicInteger();
    private final AtomicInteger leasesOfSecond = new AtomicInteger();
    private final ProcessClaim first = new ProcessClaim(leasesOfFirst::get);
    private final ProcessClaim second = new ProcessClaim(leasesOfSecond::get);

    @AfterEach
    void dropBoth() {
        first.drop();
        second.drop();
    }

    @Test
    void isHeldByOneTableAgainAndAgain() {
        first.whileHeld(leasesOfFirst::incrementAndGet);
        first.whileHeld(leasesOfFirst::incrementAndGet);

        assertThat(leasesOfFirst).hasValue(2);
    }

    @Test
    void isRefusedWhileAnotherTableHoldsLeases() {
        first.whileHeld(leasesOfFirst::incrementAndGet);

        assertThatThrownBy(() -> second.whileHeld(leasesOfSecond::incrementAndGet))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot lease a device: another copy of flink-gpu in this process holds 1 leases,"
                                + " and the two would not see each other's. Put flink-gpu's jars into"
                                + " Flink's lib/ alone, or add 'io.flinkgpu.' to"
                                + " classloader.parent-first-patterns.additional.");
        assertThat(leasesOfSecond).hasValue(0);
    }

    @Test
    void goesToAnotherTableOnceItIsDropped() {
        first.whileHeld(leasesOfFirst::incrementAndGet);
        first.drop();

        second.whileHeld(leasesOfSecond::incrementAndGet);

        assertThat(leasesOfSecond).hasValue(1);
    }

    @Test
    void goesToAnotherTableWhenTheFirstHasNoLeasesLeft() {
        first.whileHeld(leasesOfFirst::incrementAndGet);
        leasesOfFirst.set(0);

        second.whileHeld(leasesOfSecond::incrementAndGet);
        first.drop();

        assertThatThrownBy(() -> first.whileHeld(leasesOfFirst::incrementAndGet))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsWithTheLastLeaseOfTheProcessesTable() {
        DeviceLeaseTable table = DeviceLeaseTable.ofProcess();
        table.register(TestingDevices.devices(1));
        try (DeviceLease lease = table.acquire(TestingDevices.share("a", 1))) {
            assertThat(lease.isOpen()).isTrue();
            assertThatThrownBy(() -> first.whileHeld(leasesOfFirst::incrementAndGet))
                    .isInstanceOf(IllegalStateException.class);
        }

        first.whileHeld(leasesOfFirst::incrementAndGet);

        assertThat(leasesOfFirst).hasValue(1);
    }

    @Test
    void endsWhenTheThreadOfTheLastLeaseIsDead() throws Exception {
        DeviceLeaseTable table = DeviceLeaseTable.ofProcess();
        table.register(TestingDevices.devices(1));
        AtomicReference<DeviceLease> lease = new AtomicReference<>();
        Thread thread = new Thread(() -> lease.set(table.acquire(TestingDevices.share("dead", 1))));
        thread.start();
        thread.join();

        first.whileHeld(leasesOfFirst::incrementAndGet);

        assertThat(leasesOfFirst).hasValue(1);
        assertThat(table.leases()).isEmpty();
        assertThat(lease.get().isOpen()).isFalse();
    }
}
