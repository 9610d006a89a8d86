package io.flinkgpu.inference.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Options whose values are checked when they are read.
 *
 * <p>An invalid value is returned all the same, so that the reader goes on and finds the others;
 * {@link #throwIfInvalid()} names them all. Not thread-safe.
 */
@Internal
public final class CheckedOptions {

    private final ReadableConfig options;
    private final List<String> problems = new ArrayList<>();

    public CheckedOptions(ReadableConfig options) {
        this.options = options;
    }

    /** A value that needs no check. */
    public <T> T get(ConfigOption<T> option) {
        return options.get(option);
    }

    /** A value that may be absent. */
    public <T> Optional<T> getOptional(ConfigOption<T> option) {
        return options.getOptional(option);
    }

    /** A whole number of at least 1. */
    public <N extends Number> N atLeastOne(ConfigOption<N> option) {
        N value = options.get(option);
        require(value.longValue() >= 1, option, value, "It must be at least 1.");
        return value;
    }

    /** A time above zero. */
    public Duration aboveZero(ConfigOption<Duration> option) {
        Duration value = options.get(option);
        require(isAboveZero(value), option, value, "It must be above zero.");
        return value;
    }

    /** A time of zero or more. */
    public Duration notNegative(ConfigOption<Duration> option) {
        Duration value = options.get(option);
        require(!value.isNegative(), option, value, "It must not be negative.");
        return value;
    }

    /** A share, 0 to 1. */
    public double share(ConfigOption<Double> option) {
        double value = options.get(option);
        require(value >= 0 && value <= 1, option, value, "It must be 0 to 1.");
        return value;
    }

    /** A number of bytes, at least one. */
    public long bytes(ConfigOption<MemorySize> option) {
        MemorySize value = options.get(option);
        require(value.getBytes() >= 1, option, value, "It must be at least 1 byte.");
        return value.getBytes();
    }

    /**
     * Notes that a value is invalid if it is.
     *
     * @param bound what it must be, a sentence
     */
    public void require(boolean valid, ConfigOption<?> option, Object value, String bound) {
        if (!valid) {
            problems.add("Invalid %s: %s. %s".formatted(option.key(), value, bound));
        }
    }

    /** Notes a problem, a sentence that names the option, its value and the way out. */
    public void add(String problem) {
        problems.add(problem);
    }

    /**
     * To be called when everything is read.
     *
     * @throws IllegalConfigurationException naming every problem, if there is one
     */
    public void throwIfInvalid() {
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
    }

    /** Whether a time is longer than none. */
    public static boolean isAboveZero(Duration value) {
        return !value.isNegative() && !value.isZero();
    }
}
