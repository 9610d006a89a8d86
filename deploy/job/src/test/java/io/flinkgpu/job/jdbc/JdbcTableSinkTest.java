package io.flinkgpu.job.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcTableSinkTest {

    @TempDir private Path directory;
    private String yaml;

    @BeforeEach
    void createTable() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("labels.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE labels (file TEXT PRIMARY KEY, Label INTEGER)");
        }
        yaml =
                """
                name: job
                sources:
                  - name: rows
                    type: datagen
                    config:
                      rows: 1
                      fields: {file: {type: string}, label: {type: int}, scores: {type: array<float>, length: 2}}
                sinks:
                  - name: labels
                    type: jdbc
                    input: rows
                    config: {url: "%s", table: labels, key: file, columns: {file: file, label: label}}
                """
                        .formatted(url);
    }

    @Test
    void planShowsTheTable() throws Exception {
        assertThat(files().describe(yaml)).contains("table labels: file, Label");
    }

    @Test
    void tellsWhichColumnsDoNotFit() {
        assertThat(files().problems(yaml.replace("label: label}}", "lable: label}}")))
                .singleElement()
                .asString()
                .startsWith(
                        "line 12: Invalid column 'lable' of columns of sink 'labels': the table has none of that name. ");
        assertThat(files().problems(yaml.replace("key: file,", "key: id,")))
                .singleElement()
                .asString()
                .contains("Invalid column 'id' in key");
        assertThat(files().problems(yaml.replace("label: label}}", "label: scores}}")))
                .singleElement()
                .asString()
                .contains("its field is array<float>, which no column takes.");
        assertThat(files().problems(yaml.replace("table: labels", "table: other")))
                .singleElement()
                .asString()
                .contains("Invalid table 'other': it cannot be read: ");
    }

    @Test
    void goesOnWithoutALookWhereTheDatabaseDoesNotAnswer() throws Exception {
        assertThat(
                        files().describe(
                                        yaml.replaceFirst(
                                                "jdbc:sqlite[^\"]*",
                                                "jdbc:postgresql://localhost:1/labels")))
                .contains("not checked: table labels: ");
    }

    @Test
    void tellsWhichDatabasesAndNamesThereAre() {
        assertThat(files().problems(yaml.replaceFirst("jdbc:sqlite[^\"]*", "jdbc:none:x")))
                .singleElement()
                .asString()
                .contains("It must begin with one of jdbc:postgresql:");
        assertThat(files().problems(yaml.replace("table: labels", "table: a-b")))
                .singleElement()
                .asString()
                .contains("Invalid table: 'a-b'");
    }

    @Test
    void aPasswordHasItsOwnKey() throws Exception {
        String url = "jdbc:postgresql://localhost:1/labels";

        assertThat(
                        files().describe(
                                        yaml.replaceFirst(
                                                "\"jdbc:sqlite[^\"]*\"",
                                                Matcher.quoteReplacement(
                                                        "\"%s\", user: flink, password: \"${secret:PASSWORD}\""
                                                                .formatted(url)))))
                .contains("not checked: table labels: ")
                .doesNotContain("hidden");
        assertThat(
                        files().problems(
                                        yaml.replaceFirst(
                                                "jdbc:sqlite[^\"]*",
                                                Matcher.quoteReplacement(
                                                        url + "?password=${secret:PASSWORD}"))))
                .containsExactly(
                        "line 12: Invalid url of sink 'labels': it refers to a secret, which may be shown here. Use a key that takes secrets.");
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
