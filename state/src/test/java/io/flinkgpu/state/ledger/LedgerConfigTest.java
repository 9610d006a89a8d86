package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerConfigTest {

    @Test
    void isOffWithoutUrl() {
        assertThat(LedgerConfig.from(new Configuration(), Map.of())).isEmpty();
    }

    @Test
    void hasDefaults() {
        assertThat(LedgerConfig.of("jdbc:sqlite:/ledger.db"))
                .isEqualTo(
                        new LedgerConfig(
                                new LedgerUrl("jdbc:sqlite:/ledger.db"),
                                "",
                                "",
                                Duration.ofSeconds(10),
                                new LedgerConfig.Retention(Duration.ofDays(90), 1000, 1000, 10_000),
                                new LedgerConfig.Writing(
                                        10_000, Duration.ofSeconds(10), Duration.ofSeconds(30))));
    }

    @Test
    void readsEveryOption() {
        Configuration options =
                Configuration.fromMap(
                        Map.ofEntries(
                                Map.entry("ledger.url", "jdbc:postgresql://db/ledger"),
                                Map.entry("ledger.user", "writer"),
                                Map.entry("ledger.password", "secret"),
                                Map.entry("ledger.connect-timeout", "2 s"),
                                Map.entry("ledger.queue.max-entries", "10"),
                                Map.entry("ledger.retry.max-pause", "3 s"),
                                Map.entry("ledger.close-timeout", "4 s"),
                                Map.entry("ledger.retention.max-age", "5 d"),
                                Map.entry("ledger.retention.max-runs", "6"),
                                Map.entry("ledger.retention.max-checkpoints", "7"),
                                Map.entry("ledger.retention.max-events", "8")));

        assertThat(LedgerConfig.from(options, Map.of()))
                .contains(
                        new LedgerConfig(
                                new LedgerUrl("jdbc:postgresql://db/ledger"),
                                "writer",
                                "secret",
                                Duration.ofSeconds(2),
                                new LedgerConfig.Retention(Duration.ofDays(5), 6, 7, 8),
                                new LedgerConfig.Writing(
                                        10, Duration.ofSeconds(3), Duration.ofSeconds(4))));
    }

    @Test
    void readsThePasswordFromTheEnvironment() {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, "jdbc:postgresql://db/ledger");
        Map<String, String> environment = Map.of("FLINK_GPU_LEDGER_PASSWORD", "from environment");

        assertThat(LedgerConfig.from(options, environment).orElseThrow().password())
                .isEqualTo("from environment");

        options.set(LedgerOptions.PASSWORD, "from option");
        assertThat(LedgerConfig.from(options, environment).orElseThrow().password())
                .isEqualTo("from option");
    }

    @Test
    void namesEveryInvalidOption() {
        Configuration options =
                Configuration.fromMap(
                        Map.of(
                                "ledger.url", "jdbc:h2:mem:x",
                                "ledger.connect-timeout", "0 s",
                                "ledger.queue.max-entries", "0",
                                "ledger.retry.max-pause", "0 s",
                                "ledger.retention.max-age", "0 s",
                                "ledger.retention.max-runs", "0",
                                "ledger.retention.max-checkpoints", "1",
                                "ledger.retention.max-events", "0"));
        options.set(LedgerOptions.CLOSE_TIMEOUT, Duration.ofSeconds(-1));

        assertThatThrownBy(() -> LedgerConfig.from(options, Map.of()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll(
                        "Invalid ledger.url: jdbc:h2:mem:x. Write jdbc:sqlite:FILE",
                        "Invalid ledger.connect-timeout: PT0S. It must be at least 1 ms.",
                        "Invalid ledger.queue.max-entries: 0. It must be at least 1.",
                        "Invalid ledger.retry.max-pause: PT0S. It must be at least 1 ms.",
                        "Invalid ledger.close-timeout: PT-1S. It must not be negative.",
                        "Invalid ledger.retention.max-age: PT0S. It must be at least 1 ms.",
                        "Invalid ledger.retention.max-runs: 0. It must be at least 1.",
                        "Invalid ledger.retention.max-checkpoints: 1. It must be at least 2.",
                        "Invalid ledger.retention.max-events: 0. It must be at least 1.");
    }

    @Test
    void showsNoSecrets() {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, "jdbc:postgresql://db/ledger?user=writer");
        options.set(LedgerOptions.PASSWORD, "hidden");

        assertThat(LedgerConfig.from(options, Map.of()).orElseThrow())
                .hasToString("ledger at jdbc:postgresql://db/ledger");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:sqlite:",
                "jdbc:sqlite::memory:",
                "jdbc:sqlite:file:x?mode=memory",
                "jdbc:sqlite:/a.db?journal_mode=OFF",
                "jdbc:sqlite:/",
                "jdbc:postgresql:database",
                "/var/ledger.db"
            })
    void refusesWhatIsNoDatabase(String url) {
        assertThatThrownBy(() -> LedgerUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid ledger.url: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/ledger?password=hidden",
                "jdbc:postgresql://db/ledger?user=a&sslPassword=hidden"
            })
    void refusesAPasswordWhereFlinkShowsIt(String url) {
        assertThatThrownBy(() -> LedgerUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid ledger.url: jdbc:postgresql://db/ledger. It must hold no password, since Flink shows this option: set ledger.password, or the environment variable FLINK_GPU_LEDGER_PASSWORD.");
    }

    @Test
    void findsTheFileBelowTheHomeDirectory() {
        assertThat(LedgerUrl.parse(LedgerUrl.EMBEDDED).file())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".flink-gpu", "ledger.db"));
    }

    @Test
    void namesTheSameFileFromAnyWorkingDirectory() {
        assertThat(LedgerUrl.parse("jdbc:sqlite:runs/ledger.db").absolute())
                .isEqualTo(
                        new LedgerUrl("jdbc:sqlite:" + Path.of("runs/ledger.db").toAbsolutePath()));
        assertThat(LedgerUrl.parse("jdbc:postgresql://db/ledger?ssl=true").absolute().jdbc())
                .isEqualTo("jdbc:postgresql://db/ledger?ssl=true");
    }
}
