package io.flinkgpu.resources.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.resources.GpuAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeviceLeaseRaceTest {

    private static final int THREADS = 32;
    private static final int ROUNDS = 400;
    private static final double[] SHARES = {0.1, 0.25, 0.5, 1};

    private final DeviceLeaseTable table = TestingDevices.table(3);

    // Counted up after a lease is granted and down before it is closed: never above what the table
    // has leased.
    private final Map<String, AtomicInteger> inUse = new ConcurrentHashMap<>();
    private final AtomicInteger highest = new AtomicInteger();
    private final AtomicInteger granted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    @Test
    void neverLeasesMoreThanADeviceToManyThreads() throws Exception {
        runInThreads(this::acquireAndClose);

        assertThat(highest.get()).isEqualTo(GpuAmount.WHOLE);
        assertThat(granted.get() + refused.get()).isEqualTo(THREADS * ROUNDS);
        assertThat(refused.get()).isPositive();
        assertThat(table.leases()).isEmpty();
        assertThat(inUse.values()).allSatisfy(used -> assertThat(used.get()).isZero());
    }

    @Test
    void getsBackTheLeasesOfThreadsThatDieWithoutClosing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> tryAcquire("dies", 0.25)));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        for (int i = 0; i < 3; i++) {
            assertThat(tryAcquire("alive", 1)).isTrue();
        }
        assertThat(table.leases()).extracting(DeviceLease::holder).containsOnly("alive");
    }

    private void acquireAndClose(Random random) {
        double share = SHARES[random.nextInt(SHARES.length)];
        try (DeviceLease lease = table.acquire(TestingDevices.share("racer", share))) {
            AtomicInteger used =
                    inUse.computeIfAbsent(lease.device().uuid(), uuid -> new AtomicInteger());
            highest.accumulateAndGet(used.addAndGet(lease.thousandths()), Math::max);
            Thread.onSpinWait();
            granted.incrementAndGet();
            used.addAndGet(-lease.thousandths());
        } catch (DeviceOversubscribedException e) {
            refused.incrementAndGet();
        }
    }

    private boolean tryAcquire(String holder, double share) {
        try {
            // Never closed: the death of its thread ends it.
            return table.acquire(TestingDevices.share(holder, share)).isOpen();
        } catch (DeviceOversubscribedException e) {
            return false;
        }
    }

    private static void runInThreads(Consumer<Random> round) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(i);
            results.add(
                    threads.submit(
                            () -> {
                                start.await();
                                for (int j = 0; j < ROUNDS; j++) {
                                    round.accept(random);
                                }
                                return null;
                            }));
        }
        for (Future<?> result : results) {
            result.get(2, TimeUnit.MINUTES);
        }
        threads.shutdown();
    }
}
