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
        assertThat(strike(ErrorClass.FATAL_DEVICE).block()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void threeOtherErrorsWithinTheWindowBlockForTenMinutes() {
        assertThat(strike(ErrorClass.TIMEOUT)).isEqualTo(Verdict.noted());
        assertThat(strike(ErrorClass.UNKNOWN)).isEqualTo(Verdict.noted());

        assertThat(strike(ErrorClass.TIMEOUT).block()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void errorsBeforeTheWindowDoNotCount() {
        strike(ErrorClass.TIMEOUT);
        strike(ErrorClass.TIMEOUT);
        pass(Duration.ofMinutes(10).plusNanos(1));

        assertThat(strike(ErrorClass.TIMEOUT)).isEqualTo(Verdict.noted());
    }

    @Test
    void errorsBeforeABlockDoNotCountAfterIt() {
        strike(ErrorClass.TIMEOUT);
        strike(ErrorClass.TIMEOUT);
        strike(ErrorClass.FATAL_DEVICE);

        assertThat(strike(ErrorClass.TIMEOUT)).isEqualTo(Verdict.noted());
    }

    @Test
    void errorsOfRowsDoNotCount() {
        for (int error = 0; error < 10; error++) {
            assertThat(strike(ErrorClass.DATA)).isEqualTo(Verdict.noted());
        }
    }

    @Test
    void eachBlockIsTwiceAsLongUpToADay() {
        Duration expected = Duration.ofMinutes(30);
        for (int block = 0; block < 10; block++) {
            assertThat(strike(ErrorClass.FATAL_DEVICE).block()).isEqualTo(expected);
            Duration doubled = expected.multipliedBy(2);
            expected = doubled.compareTo(Duration.ofHours(24)) < 0 ? doubled : Duration.ofHours(24);
        }
        assertThat(expected).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void sparesADeviceWhenHalfOfThemAreBlocked() {
        Verdict spared = strikes.strike("gpu-1", ErrorClass.FATAL_DEVICE, 1, 2);

        assertThat(spared.spared()).isTrue();
        assertThat(spared.blocks()).isFalse();
        assertThat(strikes.strike("gpu-1", ErrorClass.FATAL_DEVICE, 0, 2).blocks()).isTrue();
    }

    @Test
    void theOnlyDeviceIsNeverBlockedByItself() {
        assertThat(strikes.strike("gpu-0", ErrorClass.FATAL_DEVICE, 0, 1).spared()).isTrue();
    }

    @Test
    void aForgivenDeviceStartsWithTheShortestBlock() {
        strike(ErrorClass.FATAL_DEVICE);
        strikes.forgive("gpu-0");

        assertThat(strike(ErrorClass.FATAL_DEVICE).block()).isEqualTo(Duration.ofMinutes(30));
    }

    private Verdict strike(ErrorClass cause) {
        return strikes.strike("gpu-0", cause, 0, 4);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
