package io.flinkgpu.inference.reuse;

import io.flinkgpu.inference.config.CheckedOptions;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of the reuse of answers.
 *
 * @param enabled whether answers are reused at all
 * @param ttl how long an answer is kept, above zero
 * @param maxEntries answers of the whole stage, at least 1 and at most {@value #MOST_ENTRIES}
 * @param generation what kept answers belong to besides their model
 */
@Internal
public record ReuseConfig(boolean enabled, Duration ttl, long maxEntries, String generation)
        implements Serializable {

    /** As many as the numbers of places reach. */
    static final long MOST_ENTRIES = 1_000_000_000_000L;

    /**
     * Reads {@link ReuseOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static ReuseConfig from(ReadableConfig options) {
        CheckedOptions checked = new CheckedOptions(options);
        long maxEntries = options.get(ReuseOptions.MAX_ENTRIES);
        checked.require(
                maxEntries >= 1 && maxEntries <= MOST_ENTRIES,
                ReuseOptions.MAX_ENTRIES,
                maxEntries,
                "It must be 1 to %d.".formatted(MOST_ENTRIES));
        ReuseConfig config =
                new ReuseConfig(
                        options.get(ReuseOptions.ENABLED),
                        checked.aboveZero(ReuseOptions.TTL),
                        maxEntries,
                        options.get(ReuseOptions.GENERATION));
        checked.throwIfInvalid();
        return config;
    }
}
