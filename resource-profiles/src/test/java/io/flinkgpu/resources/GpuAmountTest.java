package io.flinkgpu.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GpuAmountTest {

    @Test
    void countsThousandthsExactly() {
        assertThat(GpuAmount.thousandths(0)).isZero();
        assertThat(GpuAmount.thousandths(0.001)).isEqualTo(1);
        assertThat(GpuAmount.thousandths(0.1) * 10).isEqualTo(GpuAmount.WHOLE);
        assertThat(GpuAmount.thousandths(4)).isEqualTo(4 * GpuAmount.WHOLE);
    }

    @Test
    void refusesWhatIsNoMultipleOfAThousandth() {
        assertThatThrownBy(() -> GpuAmount.thousandths(0.0005))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid GPU amount: 5.0E-4. It must be a multiple of 0.001, at least 0.");
    }

    @Test
    void representsNeitherNegativeNorInfiniteAmounts() {
        assertThat(GpuAmount.isRepresentable(-0.5)).isFalse();
        assertThat(GpuAmount.isRepresentable(Double.NaN)).isFalse();
        assertThat(GpuAmount.isRepresentable(Double.POSITIVE_INFINITY)).isFalse();
        assertThat(GpuAmount.isRepresentable(1.0 / 3)).isFalse();
        assertThat(GpuAmount.isRepresentable(1e7)).isFalse();
        assertThat(GpuAmount.isRepresentable(0.25)).isTrue();
    }
}
