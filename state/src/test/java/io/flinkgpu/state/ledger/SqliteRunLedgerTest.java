package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteRunLedgerTest extends RunLedgerContract {

    @TempDir private static Path directory;

    @Override
    String url() {
        return "jdbc:sqlite:" + directory.resolve("made/when/opened/ledger.db");
    }

    @Test
    void writesAhead() throws Exception {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet mode = statement.executeQuery("pragma journal_mode")) {
            assertThat(mode.getString(1)).isEqualTo("wal");
        }
    }

    @Test
    void saysWhichFileIsNoDatabase() throws Exception {
        Path file = Files.writeString(directory.resolve("text.db"), "no database ".repeat(100));

        assertThatThrownBy(() -> RunLedger.open(LedgerConfig.of("jdbc:sqlite:" + file)))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("Cannot open the ledger at jdbc:sqlite:" + file)
                .hasMessageContaining("not a database");
    }
}
