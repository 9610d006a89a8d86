package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bits are those of numpy's float16, and of the upper half of binary32. */
class SmallFloatsTest {

    @ParameterizedTest
    @CsvSource({
        "1.5, 3e00, 1.5",
        "-2, c000, -2.0",
        "0.1, 2e66, 0.0999755859375",
        "65504, 7bff, 65504.0",
        "65519, 7bff, 65504.0",
        "65520, 7c00, Infinity",
        "1e300, 7c00, Infinity",
        "6e-08, 0001, 5.960464477539063e-08",
        "2.98e-08, 0000, 0.0",
        "2.99e-08, 0001, 5.960464477539063e-08",
        "1e-05, 00a8, 1.0013580322265625e-05",
        "0.3333, 3555, 0.333251953125",
        "-0.0, 8000, -0.0",
        "2049, 6800, 2048.0",
        "2051, 6802, 2052.0",
        "-Infinity, fc00, -Infinity",
        "NaN, 7e00, NaN",
    })
    void roundsToTheNearestHalf(double value, String bits, float back) {
        short encoded = SmallFloats.FP16.encode(value);

        assertThat(String.format("%04x", encoded)).isEqualTo(bits);
        assertThat(Float.valueOf(SmallFloats.FP16.decode(encoded))).isEqualTo(Float.valueOf(back));
    }

    @Test
    void everyHalfComesBack() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float value = SmallFloats.FP16.decode((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(SmallFloats.FP16.encode(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void everyBfloatIsTheUpperHalfOfAFloat() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float value = SmallFloats.BF16.decode((short) bits);
            assertThat(Float.valueOf(value))
                    .isEqualTo(Float.valueOf(Float.intBitsToFloat(bits << 16)));
            if (!Float.isNaN(value)) {
                assertThat(SmallFloats.BF16.encode(value)).isEqualTo((short) bits);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1.00390625, 3f80", "1.01171875, 3f82", "3.4028235e38, 7f80", "1e-41, 0000"})
    void roundsToTheNearestBfloat(double value, String bits) {
        assertThat(String.format("%04x", SmallFloats.BF16.encode(value))).isEqualTo(bits);
    }
}
