package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of the ledger.
 *
 * @param url JDBC URL of SQLite or PostgreSQL
 * @param user empty: none
 * @param password empty: none; {@link #toString()} does not show it
 * @param connectTimeout at least 1 ms
 */
@Internal
public record LedgerConfig(
        LedgerUrl url,
        String user,
        String password,
        Duration connectTimeout,
        Retention retention,
        Writing writing) {

    /**
     * What is kept.
     *
     * @param maxAge since a run's last entry, above zero
     * @param maxRuns at least 1
     * @param maxCheckpoints of a run, at least 2
     * @param maxEvents of a run, at least 1
     */
    public record Retention(Duration maxAge, int maxRuns, int maxCheckpoints, int maxEvents) {}

    /**
     * How entries are written in the background.
     *
     * @param maxQueued entries in memory, at least 1
     * @param maxPause between two tries, at least 1 ms
     * @param closeTimeout how long the last entries are tried, not negative
     */
    public record Writing(int maxQueued, Duration maxPause, Duration closeTimeout) {}

    /**
     * Reads {@link LedgerOptions}; empty if the ledger is off.
     *
     * @param environment variables, for the password
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static Optional<LedgerConfig> from(
            ReadableConfig options, Map<String, String> environment) {
        String url = options.getOptional(LedgerOptions.URL).orElse("");
        if (url.isBlank()) {
            return Optional.empty();
        }
        Reader reader = new Reader(options);
        LedgerConfig config =
                new LedgerConfig(
                        reader.url(url),
                        options.getOptional(LedgerOptions.USER).orElse(""),
                        options.getOptional(LedgerOptions.PASSWORD)
                                .orElse(
                                        environment.getOrDefault(
                                                LedgerOptions.PASSWORD_ENVIRONMENT_VARIABLE, "")),
                        reader.aboveZero(LedgerOptions.CONNECT_TIMEOUT),
                        reader.retention(),
                        reader.writing());
        reader.throwIfInvalid();
        return Optional.of(config);
    }

    /** The default of every option, for a database. */
    public static LedgerConfig of(String url) {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, url);
        return from(options, Map.of()).orElseThrow();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "ledger at " + url;
    }

    /** Collects what is wrong. */
    private static final class Reader {

        private final ReadableConfig options;
        private final List<String> problems = new ArrayList<>();

        private Reader(ReadableConfig options) {
            this.options = options;
        }

        private LedgerUrl url(String text) {
            try {
                return LedgerUrl.parse(text);
            } catch (IllegalArgumentException invalid) {
                problems.add(invalid.getMessage());
                return LedgerUrl.parse(LedgerUrl.EMBEDDED);
            }
        }

        private Retention retention() {
            return new Retention(
                    aboveZero(LedgerOptions.MAX_AGE),
                    atLeast(1, LedgerOptions.MAX_RUNS),
                    atLeast(2, LedgerOptions.MAX_CHECKPOINTS),
                    atLeast(1, LedgerOptions.MAX_EVENTS));
        }

        private Writing writing() {
            Duration closeTimeout = options.get(LedgerOptions.CLOSE_TIMEOUT);
            require(
                    !closeTimeout.isNegative(),
                    LedgerOptions.CLOSE_TIMEOUT,
                    closeTimeout,
                    "not be negative");
            return new Writing(
                    atLeast(1, LedgerOptions.MAX_QUEUED_ENTRIES),
                    aboveZero(LedgerOptions.MAX_RETRY_PAUSE),
                    closeTimeout);
        }

        private int atLeast(int least, ConfigOption<Integer> option) {
            int value = options.get(option);
            require(value >= least, option, value, "be at least " + least);
            return value;
        }

        private Duration aboveZero(ConfigOption<Duration> option) {
            Duration value = options.get(option);
            require(value.toMillis() > 0, option, value, "be at least 1 ms");
            return value;
        }

        private void require(boolean valid, ConfigOption<?> option, Object value, String bound) {
            if (!valid) {
                problems.add("Invalid %s: %s. It must %s.".formatted(option.key(), value, bound));
            }
        }

        private void throwIfInvalid() {
            if (!problems.isEmpty()) {
                throw new IllegalConfigurationException(String.join(" ", problems));
            }
        }
    }
}
