package io.flinkgpu.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTableTest {

    @TempDir private Path directory;
    private String url;

    @BeforeEach
    void createTable() throws SQLException {
        url = "jdbc:sqlite:" + directory.resolve("photos.db");
        execute("CREATE TABLE photos (id INTEGER PRIMARY KEY, path TEXT UNIQUE)");
        for (int id = 1; id <= 7; id++) {
            execute("INSERT INTO photos VALUES (%d, 'p%d')".formatted(10 * id, 9 - id));
        }
    }

    @Test
    void readsPageByPageInTheOrderOfTheKey() throws Exception {
        TablePages<String> pages = pages("id", null, 3);

        assertThat(all(pages)).containsExactly("p8", "p7", "p6", "p5", "p4", "p3", "p2");
        assertThat(pages.isFull(pages.behind(null))).isTrue();
        assertThat(pages.isFull(pages.behind(new TableKey.WholeNumber(60)))).isFalse();
    }

    @Test
    void ordersByTexts() throws Exception {
        assertThat(all(pages("path", null, 2)))
                .containsExactly("p2", "p3", "p4", "p5", "p6", "p7", "p8");
    }

    @Test
    void readsWhatTheConditionSays() throws Exception {
        assertThat(all(pages("id", "path = 'p8' OR id > 60", 2))).containsExactly("p8", "p2");
    }

    @Test
    void goesOnBehindARowThatWasDeleted() throws Exception {
        execute("DELETE FROM photos WHERE id = 30");

        assertThat(all(pages("id", null, 10), new TableKey.WholeNumber(30)))
                .containsExactly("p5", "p4", "p3", "p2");
    }

    @Test
    void refusesAKeyThatIsNoOrder() throws Exception {
        execute("CREATE TABLE other (id REAL, path TEXT)");
        execute("INSERT INTO other VALUES (1.5, 'a')");
        execute("CREATE TABLE gaps (id INTEGER, path TEXT)");
        execute("INSERT INTO gaps VALUES (NULL, 'a')");

        assertThatThrownBy(() -> pages("other", "id", null, 1).behind(null))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot read table 'other': Invalid key column 'id': a row has a value of Double. It must be an integer or a text, and never NULL.");
        assertThatThrownBy(() -> pages("gaps", "id", null, 1).behind(null))
                .hasMessageContaining("a row has NULL.");
    }

    @Test
    void saysWhatTheDatabaseRefuses() {
        assertThatThrownBy(() -> pages("none", "id", null, 1).behind(null))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot read table 'none': ")
                .hasMessageContaining("no such table");
    }

    @Test
    void namesWhatIsMissing() {
        InputTable<String> table = InputTable.named("photos", row -> row.getString("path"));

        assertThatThrownBy(() -> table.build(Types.STRING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build the source of table 'photos': url is not set.");
        assertThatThrownBy(() -> table.url(url).build(Types.STRING))
                .hasMessage("Cannot build the source of table 'photos': key is not set.");
        assertThatThrownBy(() -> table.key("id").url("jdbc:none:x").build(Types.STRING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid url: 'jdbc:none:...'.");
        assertThatThrownBy(() -> table.key("a b")).hasMessageStartingWith("Invalid column: 'a b'.");
        assertThatThrownBy(() -> table.pageRows(0))
                .hasMessage("Invalid page rows: 0. They must be at least 1.");
        assertThatThrownBy(() -> InputTable.named("a;b", row -> ""))
                .hasMessageStartingWith("Invalid table: 'a;b'.");
    }

    @Test
    void aSplitIsReadAsItWasWritten() throws Exception {
        for (TableSplit split :
                List.of(
                        new TableSplit(null),
                        new TableSplit(new TableKey.WholeNumber(Long.MIN_VALUE)),
                        new TableSplit(new TableKey.Text("ä/1")))) {
            TableSplit.Serializer serializer = TableSplit.Serializer.INSTANCE;

            assertThat(serializer.deserialize(1, serializer.serialize(split))).isEqualTo(split);
        }
    }

    private TablePages<String> pages(String key, @Nullable String condition, int rows) {
        return pages("photos", key, condition, rows);
    }

    private TablePages<String> pages(
            String table, String key, @Nullable String condition, int rows) {
        return new TablePages<>(
                new DatabaseLogin(url, null, null),
                new PageQuery(table, key, List.of(key, "path AS shown"), condition, rows),
                row -> row.getString("shown"));
    }

    private static List<String> all(TablePages<String> pages) throws IOException {
        return all(pages, null);
    }

    private static List<String> all(TablePages<String> pages, @Nullable TableKey behind)
            throws IOException {
        List<String> rows = new ArrayList<>();
        TableKey last = behind;
        List<TablePages.KeyedRow<String>> page;
        do {
            page = pages.behind(last);
            page.forEach(keyed -> rows.add(keyed.row()));
            last = page.isEmpty() ? last : page.get(page.size() - 1).key();
        } while (pages.isFull(page));
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
