package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void medianOfOddCountIsTheMiddleOne() {
        assertThat(Samples.of(List.of(9, 1, 5)).median()).isEqualTo(5);
    }

    @Test
    void medianOfEvenCountIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Samples.of(List.of(4, 1, 3, 100)).median()).isEqualTo(3.5);
    }

    @Test
    void rangeIsOfTheSamples() {
        Samples samples = Samples.of(List.of(2.5, -1.0, 7.0));

        assertThat(samples.min()).isEqualTo(-1);
        assertThat(samples.max()).isEqualTo(7);
        assertThat(samples.count()).isEqualTo(3);
    }

    @Test
    void quantileIsTheNearestRank() {
        Samples oneToHundred = Samples.of(IntStream.rangeClosed(1, 100).boxed().toList());

        assertThat(oneToHundred.quantile(0.99)).isEqualTo(99);
        assertThat(oneToHundred.quantile(0.5)).isEqualTo(50);
        assertThat(oneToHundred.quantile(1)).isEqualTo(100);
        assertThat(oneToHundred.quantile(0.001)).isEqualTo(1);
    }

    @Test
    void highQuantileOfFewSamplesIsTheirMaximum() {
        assertThat(Samples.of(List.of(3, 8)).quantile(0.99)).isEqualTo(8);
    }

    @Test
    void refusesNoSamples() {
        assertThatThrownBy(() -> Samples.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid samples: none. There must be at least one.");
    }

    @Test
    void refusesQuantileOutOfRange() {
        Samples samples = Samples.of(List.of(1));

        assertThatThrownBy(() -> samples.quantile(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid quantile: 0.0. It must be above 0 and at most 1.");
        assertThatThrownBy(() -> samples.quantile(1.1)).hasMessageContaining("1.1");
    }
}
