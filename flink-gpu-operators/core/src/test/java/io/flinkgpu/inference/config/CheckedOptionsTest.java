package io.flinkgpu.inference.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class CheckedOptionsTest {

    private static final ConfigOption<Integer> COUNT =
            ConfigOptions.key("count").intType().defaultValue(1);
    private static final ConfigOption<Duration> TIME =
            ConfigOptions.key("time").durationType().defaultValue(Duration.ofMillis(1));
    private static final ConfigOption<Double> SHARE =
            ConfigOptions.key("share").doubleType().defaultValue(1.0);
    private static final ConfigOption<MemorySize> SIZE =
            ConfigOptions.key("size").memoryType().defaultValue(new MemorySize(1));

    @Test
    void takesValuesAtTheirBounds() {
        CheckedOptions options =
                new CheckedOptions(new Configuration().set(SHARE, 0.0).set(TIME, Duration.ZERO));

        assertThat(options.atLeastOne(COUNT)).isEqualTo(1);
        assertThat(options.notNegative(TIME)).isZero();
        assertThat(options.share(SHARE)).isZero();
        assertThat(options.bytes(SIZE)).isEqualTo(1);
        assertThatCode(options::throwIfInvalid).doesNotThrowAnyException();
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        CheckedOptions options =
                new CheckedOptions(
                        new Configuration()
                                .set(COUNT, 0)
                                .set(TIME, Duration.ofSeconds(-1))
                                .set(SHARE, Double.NaN)
                                .set(SIZE, MemorySize.ZERO));

        assertThat(options.atLeastOne(COUNT)).isZero();
        options.aboveZero(TIME);
        options.notNegative(TIME);
        options.share(SHARE);
        options.bytes(SIZE);
        options.add("One more.");

        assertThatThrownBy(options::throwIfInvalid)
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid count: 0. It must be at least 1."
                                + " Invalid time: PT-1S. It must be above zero."
                                + " Invalid time: PT-1S. It must not be negative."
                                + " Invalid share: NaN. It must be 0 to 1."
                                + " Invalid size: 0 bytes. It must be at least 1 byte."
                                + " One more.");
    }

    @Test
    void refusesATimeOfZeroWhereItMustBeLonger() {
        CheckedOptions options = new CheckedOptions(new Configuration().set(TIME, Duration.ZERO));

        options.aboveZero(TIME);

        assertThatThrownBy(options::throwIfInvalid)
                .hasMessage("Invalid time: PT0S. It must be above zero.");
    }
}
