package io.flinkgpu.job.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcTableSourceTest {

    private static final String TABLE =
            "CREATE TABLE photos (id INTEGER PRIMARY KEY, file TEXT, size BIGINT, ratio DOUBLE, small BOOLEAN, thumb BLOB, taken TIMESTAMP)";

    @TempDir private Path directory;
    private String url;
    private String yaml;

    @BeforeEach
    void createTable() throws Exception {
        url = "jdbc:sqlite:" + directory.resolve("photos.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        yaml =
                """
                name: job
                sources:
                  - name: photos
                    type: jdbc
                    config: {url: "%s", table: photos, key: id, fields: {file: string, size: bigint}}
                sinks:
                  - name: shown
                    type: print
                    input: photos
                """
                        .formatted(url);
    }

    @Test
    void planShowsTheTable() throws Exception {
        assertThat(files().describe(yaml))
                .contains("table photos: id, file, size, ratio, small, thumb, taken");
    }

    @Test
    void tellsWhichColumnsDoNotFit() {
        assertThat(files().problems(yaml.replace("size: bigint", "sise: bigint")))
                .singleElement()
                .asString()
                .startsWith(
                        "line 5: Invalid column 'sise' of fields of source 'photos': the table has none of that name. ");
        assertThat(files().problems(yaml.replace("key: id", "key: uuid")))
                .singleElement()
                .asString()
                .contains("Invalid column 'uuid'");
        assertThat(files().problems(yaml.replace("size: bigint", "size: array<float>")))
                .singleElement()
                .asString()
                .contains("A column is no array.");
        assertThat(files().problems(yaml.replace("table: photos", "table: other")))
                .singleElement()
                .asString()
                .contains("Invalid table 'other': it cannot be read: ");
    }

    @Test
    void goesOnWithoutALookWhereTheDatabaseDoesNotAnswer() throws Exception {
        assertThat(files().describe(yaml.replace(url, "jdbc:postgresql://localhost:1/photos")))
                .contains("not checked: table photos: ");
    }

    @Test
    void readsEveryTypeThatAColumnHolds() throws Exception {
        RowSchema schema =
                RowSchema.of(
                        Field.of("file", FieldType.STRING),
                        Field.of("size", FieldType.BIGINT),
                        Field.of("ratio", FieldType.DOUBLE),
                        Field.of("small", FieldType.BOOLEAN),
                        Field.of("thumb", FieldType.BYTES),
                        Field.of("taken", FieldType.TIMESTAMP));
        String h2 = "jdbc:h2:mem:types";
        try (Connection connection = DriverManager.getConnection(h2);
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE.replace("taken TIMESTAMP", "taken TIMESTAMP WITH TIME ZONE"));
            statement.execute(
                    "INSERT INTO photos VALUES (1, 'a', 5000000000, 0.5, TRUE, X'0102', '2026-01-02 03:04:05Z'), (2, NULL, NULL, NULL, NULL, NULL, NULL)");

            try (ResultSet rows = statement.executeQuery("SELECT * FROM photos ORDER BY id")) {
                ColumnReader reader = new ColumnReader(schema);
                assertThat(rows.next()).isTrue();
                assertThat(reader.read(rows))
                        .isEqualTo(
                                Row.of(
                                        "a",
                                        5_000_000_000L,
                                        0.5,
                                        true,
                                        new byte[] {1, 2},
                                        Instant.parse("2026-01-02T03:04:05Z")));
                assertThat(rows.next()).isTrue();
                assertThat(reader.read(rows)).isEqualTo(Row.of(null, null, null, null, null, null));
            }
        }
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
