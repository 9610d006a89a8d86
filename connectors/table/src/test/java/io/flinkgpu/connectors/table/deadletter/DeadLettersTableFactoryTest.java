package io.flinkgpu.connectors.table.deadletter;

import static io.flinkgpu.connectors.table.TestingTables.options;
import static io.flinkgpu.connectors.table.TestingTables.provider;
import static io.flinkgpu.connectors.table.TestingTables.sink;
import static io.flinkgpu.connectors.table.TestingTables.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLettersTableFactoryTest {

    private static final Column CAUSE = Column.physical("cause", DataTypes.STRING());

    @TempDir Path directory;

    @Test
    void readsAnEmptyDirectoryOnceOrForEver() {
        assertThat(provider(source(with(), CAUSE)).isBounded()).isTrue();
        assertThat(provider(source(with("monitor", "1 s"), CAUSE)).isBounded()).isFalse();
    }

    @Test
    void isWrittenToADirectoryThatDoesNotExistYet() {
        Map<String, String> options =
                options("connector", "dead-letters", "path", directory.resolve("new").toString());

        assertThat(sink(options, CAUSE).asSummaryString()).isEqualTo("dead-letters");
        assertThatThrownBy(() -> provider(source(options, CAUSE)))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("Invalid input: file:" + directory.resolve("new"));
    }

    @Test
    void hasEveryFieldOfALetter() {
        Column[] columns = new Column[LetterField.values().length];
        for (LetterField field : LetterField.values()) {
            columns[field.position()] = Column.physical(field.key(), field.kind().type());
        }

        assertThat(((LetterSource) source(with(), columns)).columns())
                .containsExactly(LetterField.values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    path    | ' ' | Invalid path: ' '. It must be a directory of its own.
                    monitor | 0 s | Invalid monitor: PT0S. It must be at least 1 ms.
                    format  | csv | format
                    """)
    void refuses(String key, String value, String message) {
        assertThatThrownBy(() -> source(with(key, value), CAUSE))
                .rootCause()
                .hasMessageContaining(message);
        assertThatThrownBy(() -> sink(with(key, value), CAUSE))
                .rootCause()
                .hasMessageContaining(message);
    }

    @Test
    void refusesOtherColumns() {
        assertThatThrownBy(
                        () ->
                                source(
                                        with(),
                                        Column.physical("class", DataTypes.STRING()),
                                        Column.physical("attempts", DataTypes.STRING()),
                                        Column.physical("id", DataTypes.STRING().notNull())))
                .rootCause()
                .hasMessage(
                        "Invalid column 'class': STRING. Dead letters have no such field. A column is named as one of: element, errorClass, exception, cause, attempts, place, arrivedAt, failedAt, row, id, run, redo, source, origin."
                                + " Invalid column 'attempts': STRING. It must be INT."
                                + " Invalid column 'id': STRING NOT NULL. Leave out NOT NULL: letters need not have it.");
    }

    private Map<String, String> with(String... keysAndValues) {
        Map<String, String> options =
                options("connector", "dead-letters", "path", directory.toString());
        options.putAll(options(keysAndValues));
        return options;
    }
}
