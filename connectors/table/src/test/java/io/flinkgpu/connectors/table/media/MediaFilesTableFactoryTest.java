package io.flinkgpu.connectors.table.media;

import static io.flinkgpu.connectors.table.TestingTables.options;
import static io.flinkgpu.connectors.table.TestingTables.provider;
import static io.flinkgpu.connectors.table.TestingTables.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaFilesTableFactoryTest {

    private static final Column CONTENT = Column.physical("content", DataTypes.BYTES());

    @TempDir Path directory;

    @BeforeEach
    void writeFile() throws Exception {
        Files.writeString(directory.resolve("a.jpg"), "a");
    }

    @Test
    void readsOnceWithoutAWord() {
        SourceProvider provider = provider(source(with(), CONTENT));

        assertThat(provider.isBounded()).isTrue();
        assertThat(provider.getParallelism()).isEmpty();
    }

    @Test
    void takesEveryOption() {
        Map<String, String> options =
                with(
                        "extensions", ".jpg;.png",
                        "recursive", "false",
                        "monitor", "10 s",
                        "min-age", "0 s",
                        "remember", "1 d",
                        "max-file-size", "16 mb",
                        "references", "true",
                        "concurrent-reads", "4",
                        "on-error", "skip",
                        "scan.parallelism", "3");

        SourceProvider provider = provider(source(options, CONTENT));

        assertThat(provider.isBounded()).isFalse();
        assertThat(provider.getParallelism()).hasValue(3);
    }

    @Test
    void hasMetadataOfFiles() {
        SupportsReadingMetadata source = (SupportsReadingMetadata) source(with(), CONTENT);

        assertThat(source.listReadableMetadata().keySet())
                .containsExactly("path", "content-type", "size", "modified", "error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    path             | ' '    | Invalid path: ''. It must name at least one directory
                    extensions       | jpg    | Invalid extensions: 'jpg'. It must start with a dot
                    recursive        | maybe  | recursive
                    monitor          | 0 s    | Invalid monitor: PT0S. It must be at least 1 ms.
                    monitor          | often  | monitor
                    min-age          | 1 s    | Invalid min-age: PT1S. It needs the option monitor.
                    remember         | 1 d    | Invalid remember: PT24H. It needs the option monitor.
                    max-file-size    | 0      | Invalid max-file-size: 0 bytes. It must be within 1 and 2147483631 bytes.
                    max-file-size    | 3 gb   | Invalid max-file-size: 3221225472 bytes.
                    references       | maybe  | references
                    concurrent-reads | 0      | Invalid concurrent-reads: 0. It must be at least 1.
                    on-error         | column | Invalid on-error: column. Declare the column error ROW<
                    on-error         | ignore | on-error
                    max-files        | 1      | max-files
                    """)
    void refuses(String key, String value, String message) {
        assertThatThrownBy(() -> source(with(key, value), CONTENT))
                .isInstanceOf(ValidationException.class)
                .rootCause()
                .hasMessageContaining(message);
    }

    @Test
    void refusesToForgetAtOnce() {
        assertThatThrownBy(() -> source(with("monitor", "1 s", "remember", "0 s"), CONTENT))
                .rootCause()
                .hasMessage("Invalid remember: PT0S. It must be positive.");
    }

    @Test
    void refusesOtherColumns() {
        assertThatThrownBy(() -> source(with(), Column.physical("label", DataTypes.INT())))
                .rootCause()
                .hasMessageStartingWith("Invalid column 'label': INT. A table of media files has")
                .hasMessageEndingWith(
                        "The others are path, content-type, size, modified, error, such as path STRING METADATA.");
        assertThatThrownBy(() -> source(with(), CONTENT, Column.physical("b", DataTypes.BYTES())))
                .rootCause()
                .hasMessageContaining("Invalid column 'content': BYTES.")
                .hasMessageContaining("Invalid column 'b': BYTES.");
        assertThatThrownBy(() -> source(with(), Column.physical("c", DataTypes.BYTES().notNull())))
                .rootCause()
                .hasMessageStartingWith("Invalid column 'c': BYTES NOT NULL.");
    }

    @Test
    void namesAnInputThatIsMissingWhenTheQueryIsPlanned() {
        Map<String, String> options =
                options("connector", "media-files", "path", directory.resolve("b").toString());

        assertThatThrownBy(() -> provider(source(options, CONTENT)))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("Invalid input: " + directory.resolve("b"));
    }

    private Map<String, String> with(String... keysAndValues) {
        Map<String, String> options =
                options("connector", "media-files", "path", directory.toString());
        options.putAll(options(keysAndValues));
        return options;
    }
}
