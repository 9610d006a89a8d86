package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.DeviceStrikes.Rules;
import io.flinkgpu.inference.fault.DeviceStrikes.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeviceStrikesTest {

    private long now;
    private final DeviceStrikes strikes = new DeviceStrikes(Rules.defaults(), () -> now);

    @Test
    void aFatalErrorBlocksForHalfAnHour() {
        assertThat(strikes.strike("gpu-0", ErrorClass.FATAL_DEVICE, 4)).isEqualTo(Verdict.BLOCKED);

        pass(Duration.ofMinutes(30).minusNanos(1));
        assertThat(strikes.isBlocked("gpu-0")).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(strikes.isBlocked("gpu-0")).isFalse();
    }

    @Test
    void threeOtherErrorsWithinTheWindowBlockForTenMinutes() {
        assertThat(strikes.strike("gpu-0", ErrorClass.TIMEOUT, 4)).isEqualTo(Verdict.NOTED);
        assertThat(strikes.strike("gpu-0", ErrorClass.UNKNOWN, 4)).isEqualTo(Verdict.NOTED);
        assertThat(strikes.strike("gpu-0", ErrorClass.TIMEOUT, 4)).isEqualTo(Verdict.BLOCKED);

        assertThat(strikes.blocks())
                .singleElement()
                .satisfies(
                        block -> {
                            assertThat(block.length()).isEqualTo(Duration.ofMinutes(10));
                            assertThat(block.cause()).isEqualTo(ErrorClass.TIMEOUT);
                        });
    }

    @Test
    void errorsBeforeTheWindowDoNotCount() {
        strikes.strike("gpu-0", ErrorClass.TIMEOUT, 4);
        strikes.strike("gpu-0", ErrorClass.TIMEOUT, 4);
        pass(Duration.ofMinutes(10).plusNanos(1));

        assertThat(strikes.strike("gpu-0", ErrorClass.TIMEOUT, 4)).isEqualTo(Verdict.NOTED);
    }

    @Test
    void errorsOfRowsDoNotCount() {
        for (int error = 0; error < 10; error++) {
            assertThat(strikes.strike("gpu-0", ErrorClass.DATA, 4)).isEqualTo(Verdict.NOTED);
        }
    }

    @Test
    void eachBlockIsTwiceAsLongUpToADay() {
        Duration expected = Duration.ofMinutes(30);
        for (int block = 0; block < 10; block++) {
            strikes.strike("gpu-0", ErrorClass.FATAL_DEVICE, 4);
            assertThat(strikes.blocks().get(0).length()).isEqualTo(expected);
            pass(expected);
            Duration doubled = expected.multipliedBy(2);
            expected = doubled.compareTo(Duration.ofHours(24)) < 0 ? doubled : Duration.ofHours(24);
        }
        assertThat(expected).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void sparesADeviceWhenHalfOfThemAreBlocked() {
        strikes.strike("gpu-0", ErrorClass.FATAL_DEVICE, 2);

        assertThat(strikes.strike("gpu-1", ErrorClass.FATAL_DEVICE, 2)).isEqualTo(Verdict.SPARED);
        assertThat(strikes.isBlocked("gpu-1")).isFalse();
        pass(Duration.ofMinutes(30));
        assertThat(strikes.strike("gpu-1", ErrorClass.FATAL_DEVICE, 2)).isEqualTo(Verdict.BLOCKED);
    }

    @Test
    void theOnlyDeviceIsNeverBlockedByItself() {
        assertThat(strikes.strike("gpu-0", ErrorClass.FATAL_DEVICE, 1)).isEqualTo(Verdict.SPARED);
    }

    @Test
    void peopleMayBlockAndUnblock() {
        strikes.block("gpu-0", ErrorClass.UNKNOWN, Duration.ofHours(1));
        assertThat(strikes.isBlocked("gpu-0")).isTrue();

        assertThat(strikes.unblock("gpu-0")).isTrue();
        assertThat(strikes.isBlocked("gpu-0")).isFalse();
        assertThat(strikes.unblock("gpu-0")).isFalse();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
