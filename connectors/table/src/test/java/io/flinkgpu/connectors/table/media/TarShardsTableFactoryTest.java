package io.flinkgpu.connectors.table.media;

import static io.flinkgpu.connectors.table.TestingTables.options;
import static io.flinkgpu.connectors.table.TestingTables.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.table.check.TableProblems;
import io.flinkgpu.connectors.tar.MediaSample;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TarShardsTableFactoryTest {

    private static final Column IMAGE = Column.physical("image", DataTypes.BYTES());
    private static final Column CLASS = Column.physical("cls", DataTypes.STRING());
    private static final MediaSample SAMPLE =
            new MediaSample(
                    "7",
                    Map.of("jpeg", new byte[] {1, 2}, "cls", "3".getBytes(StandardCharsets.UTF_8)),
                    "file:/a.tar",
                    0,
                    null);

    @Test
    void hasMetadataOfSamples() {
        SupportsReadingMetadata source =
                (SupportsReadingMetadata) source(with("max-sample-size", "1 mb"), IMAGE, CLASS);

        assertThat(source.listReadableMetadata().keySet())
                .containsExactly("key", "shard", "index", "error");
    }

    @Test
    void makesColumnsOfMembers() {
        ShardColumns columns = columns(OnError.FAIL, Map.of("image", "jpg; JPEG"), IMAGE, CLASS);

        assertThat(columns.of(SAMPLE)).isNull();
        assertThat(columns.members().get(0).of(SAMPLE)).isEqualTo(new byte[] {1, 2});
        assertThat(columns.members().get(1).of(SAMPLE)).hasToString("3");
    }

    @Test
    void leavesAMemberThatIsMissingNull() {
        ShardColumns columns = columns(OnError.FAIL, Map.of(), IMAGE);

        assertThat(columns.of(SAMPLE)).isNull();
        assertThat(columns.members().get(0).of(SAMPLE)).isNull();
    }

    @Test
    void cannotReadASampleWithoutAMemberThatIsNotNull() {
        ShardColumns columns =
                columns(
                        OnError.FAIL,
                        Map.of(),
                        Column.physical("png", DataTypes.BYTES().notNull()));

        assertThat(columns.of(SAMPLE).cause())
                .startsWith("Cannot read sample '7' of 'file:/a.tar': it has no member png, only");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    member.picture  | jpg | Invalid member.picture: jpg. The table has no column 'picture' beside metadata.
                    max-sample-size | 0   | Invalid max-sample-size: 0 bytes. It must be within 1 and
                    max-file-size   | 1   | max-file-size
                    extensions      | tar | Invalid extensions: 'tar'.
                    """)
    void refuses(String key, String value, String message) {
        assertThatThrownBy(() -> source(with(key, value), IMAGE))
                .rootCause()
                .hasMessageContaining(message);
    }

    @Test
    void refusesOtherColumns() {
        assertThatThrownBy(() -> source(with(), Column.physical("cls", DataTypes.INT())))
                .rootCause()
                .hasMessage(
                        "Invalid column 'cls': INT. It must be BYTES, or STRING for the member's text, which a query can CAST.");
        assertThatThrownBy(
                        () ->
                                source(
                                        with(),
                                        Column.physical("cls", DataTypes.STRING().notNull()),
                                        Column.metadata("error", TableField.ERROR, null, false)))
                .rootCause()
                .hasMessageContaining("Invalid column 'cls': STRING NOT NULL.");
    }

    private static ShardColumns columns(
            OnError onError, Map<String, String> members, Column... columns) {
        TableProblems problems = new TableProblems();
        ShardColumns read = ShardColumns.of(ResolvedSchema.of(columns), members, onError, problems);
        problems.throwIfAny();
        return read;
    }

    private static Map<String, String> with(String... keysAndValues) {
        Map<String, String> options = options("connector", "tar-shards", "path", "/data");
        options.putAll(options(keysAndValues));
        return options;
    }
}
