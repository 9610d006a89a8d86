package io.flinkgpu.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpsertTableTest {

    private static final List<String> KEYS = List.of("a", "b");
    private static final List<String> OTHERS = List.of("c", "d");

    @Test
    void saysInsertOrUpdateAsTheDatabaseDoes() {
        assertThat(SqlDialect.ofUrl("jdbc:postgresql://host/db").upsert("t", KEYS, OTHERS))
                .isEqualTo(
                        "INSERT INTO t (a, b, c, d) VALUES (?, ?, ?, ?) ON CONFLICT (a, b) DO UPDATE SET c = excluded.c, d = excluded.d")
                .isEqualTo(SqlDialect.ofUrl("jdbc:sqlite:file").upsert("t", KEYS, OTHERS));
        assertThat(SqlDialect.ofUrl("jdbc:sqlite:file").upsert("t", KEYS, List.of()))
                .isEqualTo("INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a, b) DO NOTHING");
        assertThat(SqlDialect.ofUrl("jdbc:h2:mem:db").upsert("t", KEYS, OTHERS))
                .isEqualTo("MERGE INTO t (a, b, c, d) KEY (a, b) VALUES (?, ?, ?, ?)");
    }

    @Test
    void refusesADatabaseThatItDoesNotKnowAndTellsNoSecret() {
        assertThatThrownBy(
                        () ->
                                table().url("jdbc:mysql://host/db?password=secret")
                                        .key("a", row -> row)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid url: 'jdbc:mysql:...'. It must begin with one of jdbc:postgresql:, jdbc:sqlite:, jdbc:h2:.");
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(table()::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build the sink of table 't': url is not set.");
        assertThatThrownBy(table().url("jdbc:h2:mem:x")::build)
                .hasMessage("Cannot build the sink of table 't': key is not set.");
        assertThatThrownBy(
                        table().url("jdbc:h2:mem:x").key("a", row -> row).column("a", row -> row)
                                ::build)
                .hasMessage(
                        "Cannot build the sink of table 't': a column is there twice in [a, a].");
        assertThat(table().url("jdbc:h2:mem:x").key("a", row -> row).build()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1t", "t; DROP TABLE t", "a.b.c.d", "\"t\""})
    void refusesNamesThatAreNoNames(String name) {
        assertThatThrownBy(() -> UpsertTable.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid table: '%s'. ", name);
        assertThatThrownBy(() -> table().column(name, row -> row))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid column: '%s'. ", name);
    }

    @Test
    void refusesABatchWithoutRowsAndLessThanNoRetries() {
        assertThatThrownBy(() -> table().retries(-1))
                .hasMessage("Invalid retries: -1. They must be at least 0.");
        assertThatThrownBy(() -> table().batch(0, Duration.ofSeconds(1)))
                .hasMessage("Invalid batch: 0. It must have at least one row.");
    }

    private static UpsertTable<String> table() {
        return UpsertTable.named("t");
    }
}
