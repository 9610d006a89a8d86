package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmissionsTest {

    private static final double PRECISION = 1e-9;

    private final Emissions emissions = at(1_400, 1_000, 1_050, 1_900, 1_050);

    @ParameterizedTest
    @CsvSource({
        "1000,1900,500", // between 1400 and 1900
        "1000,1400,350", // between 1050 and 1400
        "0,1900,1000", // up to the first
        "1000,3000,1100", // after the last
        "1100,1300,200", // nothing inside
        "1050,1050,0", // no time at all
        "1000,1450,350" // the rest after 1400 is shorter
    })
    void longestGapIsWithinTheWindow(long from, long to, long gap) {
        assertThat(emissions.longestGap(instant(from), instant(to)))
                .isEqualTo(Duration.ofMillis(gap));
    }

    @Test
    void withoutEmissionsTheWindowIsTheGap() {
        assertThat(at().longestGap(instant(5), instant(25))).isEqualTo(Duration.ofMillis(20));
    }

    @ParameterizedTest
    @CsvSource({"1000,2000,5", "1000,1900,4.444444444444445", "1050,1060,200", "1100,1300,0"})
    void rateCountsTheWindowWithoutItsEnd(long from, long to, double rate) {
        assertThat(emissions.rowsPerSecond(instant(from), instant(to)))
                .isCloseTo(rate, within(PRECISION));
    }

    @ParameterizedTest
    @CsvSource({"0,1000", "1050,0", "1051,349", "1900,0"})
    void measuresTimeUntilNextEmission(long instant, long millis) {
        assertThat(emissions.untilFirstAfter(instant(instant))).hasValue(Duration.ofMillis(millis));
    }

    @Test
    void hasNoEmissionAfterTheLast() {
        assertThat(emissions.untilFirstAfter(instant(1_901))).isEmpty();
        assertThat(at().untilFirstAfter(instant(0))).isEmpty();
    }

    @Test
    void knowsFirstAndLast() {
        assertThat(emissions.count()).isEqualTo(5);
        assertThat(emissions.first()).hasValue(instant(1_000));
        assertThat(emissions.last()).hasValue(instant(1_900));
        assertThat(at().first()).isEmpty();
        assertThat(at().last()).isEmpty();
    }

    @Test
    void refusesWindowsThatEndBeforeTheyStart() {
        assertThatThrownBy(() -> emissions.longestGap(instant(2), instant(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid window: 1970-01-01T00:00:00.002Z to 1970-01-01T00:00:00.001Z. It must last at least 0 ms.");
        assertThatThrownBy(() -> emissions.rowsPerSecond(instant(1), instant(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("It must last at least 1 ms.");
    }

    private static Emissions at(long... millis) {
        return Emissions.at(LongStream.of(millis));
    }

    private static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
