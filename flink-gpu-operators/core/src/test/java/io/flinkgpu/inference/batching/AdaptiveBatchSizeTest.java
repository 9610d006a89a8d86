package io.flinkgpu.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The climb on simulated devices, whose work makes the time. */
class AdaptiveBatchSizeTest {

    private static final int LEAST = 32;
    private static final int MOST = 4096;
    private static final Duration EVER = Duration.ofDays(1);
    private static final Duration CLIMB = Duration.ofSeconds(10);
    private static final Duration MINUTES = Duration.ofMinutes(5);

    /**
     * 1 ms and 10 us a row: twice n rows are faster by 5 percent as long as n is at most 9.5 times
     * 1 ms / 10 us, which is 950.
     */
    private static final IntToLongFunction WITH_OVERHEAD = costs(1_000_000, 10_000);

    private static final IntToLongFunction WITHOUT_OVERHEAD = costs(0, 10_000);

    private final SimulatedDevice device = new SimulatedDevice(WITH_OVERHEAD);
    private final AdaptiveBatchSize size = new AdaptiveBatchSize(LEAST, MOST, EVER, device);

    private static IntToLongFunction costs(long nanosOfBatch, long nanosOfRow) {
        return rows -> nanosOfBatch + nanosOfRow * rows;
    }

    /** Fits its cache up to 128 rows. */
    private static long slowIfLarge(int rows) {
        return 1_000_000 + (rows <= 128 ? 10_000L : 100_000L) * rows;
    }

    @Test
    void startsWithTheLeast() {
        assertThat(size.rows()).isEqualTo(LEAST);
    }

    @ParameterizedTest
    @CsvSource({"1000000, 1024", "300000, 512", "100000, 128", "20000, 32"})
    void growsToTheSizeBeyondWhichLittleIsGained(long nanosOfBatch, int best) {
        device.take(costs(nanosOfBatch, 10_000));

        device.run(size, CLIMB);

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(best);
    }

    @Test
    void growsToTheMostAlsoIfThatIsNoPowerOfTwo() {
        AdaptiveBatchSize bounded = new AdaptiveBatchSize(LEAST, 100, EVER, device);

        device.run(bounded, CLIMB);

        assertThat(device.usualSize(bounded, MINUTES)).isEqualTo(100);
    }

    @Test
    void keepsTheOnlySize() {
        AdaptiveBatchSize only = new AdaptiveBatchSize(LEAST, LEAST, EVER, device);

        assertThat(device.run(only, MINUTES)).containsOnlyKeys(LEAST);
    }

    @Test
    void staysWhileTheDelayClosesBatches() {
        device.fillBatchesUpTo(LEAST - 1);

        assertThat(device.run(size, MINUTES)).containsOnlyKeys(LEAST);
    }

    @Test
    void givesUpASizeThatCannotBeFilled() {
        device.fillBatchesUpTo(100);

        device.run(size, CLIMB);

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(64);
    }

    @Test
    void shrinksWhenTheLargerSizeIsSlower() {
        device.run(size, CLIMB);
        device.take(AdaptiveBatchSizeTest::slowIfLarge);
        device.run(size, MINUTES);

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(128);
    }

    @Test
    void shrinksToTheLeastWhenSizeIsOfNoUse() {
        device.run(size, CLIMB);
        device.take(WITHOUT_OVERHEAD);
        device.run(size, MINUTES);

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(LEAST);
    }

    @Test
    void growsLaterWhenThatComesToPay() {
        device.take(WITHOUT_OVERHEAD);
        assertThat(device.usualSize(size, MINUTES)).isEqualTo(LEAST);
        device.take(WITH_OVERHEAD);
        device.run(size, MINUTES);

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(1024);
    }

    @Test
    void triesAgainAndAgainButSeldom() {
        device.take(WITHOUT_OVERHEAD);

        Map<Integer, Long> nanos = device.run(size, Duration.ofHours(1));

        assertThat(nanos).containsOnlyKeys(LEAST, 2 * LEAST);
        assertThat(Duration.ofNanos(nanos.get(2 * LEAST)))
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(36));
    }

    @Test
    void pausesOfTheSourceSayNothing() {
        device.pauseFor(Duration.ofSeconds(3));

        device.run(size, Duration.ofMinutes(10));

        assertThat(device.usualSize(size, MINUTES)).isEqualTo(1024);
    }

    /** Four in the queue: 128 rows come back after 9.1 ms, 256 after 14.2 ms. */
    @Test
    void leavesTimeToSpareUntilABatchIsGivenUp() {
        AdaptiveBatchSize hurried =
                new AdaptiveBatchSize(LEAST, MOST, Duration.ofMillis(40), device);

        device.run(hurried, CLIMB);

        assertThat(device.usualSize(hurried, MINUTES)).isEqualTo(256);
    }

    @Test
    void goesBackOneStepForAllBatchesOfASizeThatTimeOut() {
        device.run(size, CLIMB);
        assertThat(size.rows()).isEqualTo(1024);

        size.timedOut(5_000_000);
        size.timedOut(6_000_000);

        assertThat(size.rows()).isEqualTo(512);
    }

    @Test
    void keepsTheLeastSizeWhenThatTimesOut() {
        size.timedOut(0);

        assertThat(size.rows()).isEqualTo(LEAST);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1"})
    void refusesSizesOutOfOrder(int least, int most) {
        assertThatThrownBy(() -> new AdaptiveBatchSize(least, most, EVER, device))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid batch sizes: %d to %d. They must be at least 1, the least one first.",
                        least, most);
    }
}
