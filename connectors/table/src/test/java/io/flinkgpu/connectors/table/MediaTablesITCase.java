package io.flinkgpu.connectors.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.table.function.DecodeAudio;
import io.flinkgpu.connectors.table.function.DecodeImage;
import io.flinkgpu.connectors.table.function.TestingMedia;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Media files, tar shards, dead letters and decoders in SQL, on one cluster. */
class MediaTablesITCase {

    private static final Instant MODIFIED = Instant.parse("2026-03-01T12:00:00.250Z");

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir Path input;
    @TempDir Path letters;

    private StreamTableEnvironment tables;

    @BeforeEach
    void open() {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);
        env.enableCheckpointing(100);
        tables = StreamTableEnvironment.create(env);
        tables.executeSql("LOAD MODULE `flink-gpu`");
    }

    @Test
    void filesAreDecodedAndWhatIsDamagedIsNull() throws Exception {
        write("black.png", TestingMedia.png(8, 4, Color.BLACK));
        write("white.png", TestingMedia.png(8, 4, Color.WHITE));
        write("half.png", "half an image".getBytes(UTF_8));
        create("images", "content BYTES, path STRING METADATA", "extensions", ".png");

        List<Row> rows =
                rows(
                        """
                        SELECT REGEXP_EXTRACT(path, '[a-z]*.png'), CARDINALITY(pixels), pixels[6]
                        FROM (SELECT path, try_decode_image(content, 2, 3, 1, 'crop') AS pixels FROM images)
                        """);

        assertThat(rows)
                .containsExactlyInAnyOrder(
                        Row.of("black.png", 6, 0f),
                        Row.of("white.png", 6, 1f),
                        Row.of("half.png", null, null));
    }

    @Test
    void metadataTellsOfFilesWhoseBytesAreNotRead() throws Exception {
        write("a.png", TestingMedia.png(8, 4, Color.BLACK));
        write("b.wav", TestingMedia.wav(800));
        Files.setLastModifiedTime(input.resolve("b.wav"), FileTime.from(MODIFIED));
        create(
                "files",
                "type STRING METADATA FROM 'content-type', size INT METADATA, modified TIMESTAMP_LTZ(3) METADATA",
                "max-file-size",
                "1 b");

        assertThat(rows("SELECT type, size, modified FROM files WHERE type LIKE 'audio/%'"))
                .containsExactly(Row.of("audio/wav", 1644, MODIFIED));
        assertThat(rows("SELECT COUNT(*) AS n FROM files")).last().isEqualTo(lastCount(2));
    }

    @Test
    void aFileThatCannotBeReadIsARowAFailureOrNothing() throws Exception {
        write("large.txt.gz", new byte[100]);
        write("small.bin", new byte[10]);
        String error = "content BYTES, error ROW<exception STRING, message STRING> METADATA";
        create("told", error, "max-file-size", "50 b");
        create("skipped", "content BYTES", "max-file-size", "50 b", "on-error", "skip");
        create("failing", "content BYTES", "max-file-size", "50 b");
        create(
                "referred",
                "content BYTES, size BIGINT METADATA",
                "max-file-size",
                "50 b",
                "references",
                "true");

        assertThat(rows("SELECT error.exception, content FROM told WHERE error IS NOT NULL"))
                .containsExactly(Row.of("io.flinkgpu.connectors.file.FileTooLargeException", null));
        assertThat(rows("SELECT content FROM skipped")).hasSize(1);
        assertThat(rows("SELECT size FROM referred WHERE content IS NULL"))
                .containsExactly(Row.of(100L));
        assertThatThrownBy(() -> rows("SELECT content FROM failing"))
                .rootCause()
                .hasMessageContaining("it is larger than the limit of 50 bytes")
                .hasMessageContaining("set 'on-error' = 'skip'");
    }

    @Test
    void aTableThatMonitorsGetsNewFiles() throws Exception {
        write("1.wav", TestingMedia.wav(80));
        create("recordings", "content BYTES", "monitor", "50 ms");

        TableResult result =
                tables.executeSql(
                        "SELECT CARDINALITY(decode_audio(content, 16000)) FROM recordings");
        try (CloseableIterator<Row> rows = result.collect()) {
            assertThat(rows.next()).isEqualTo(Row.of(160));
            write("2.wav", TestingMedia.wav(160));
            assertThat(rows.next()).isEqualTo(Row.of(320));
        }
        cancel(result);
    }

    @Test
    void membersOfSamplesAreColumns() throws Exception {
        writeShard();
        create(
                "samples",
                "cls STRING, image BYTES, `key` STRING METADATA, `index` BIGINT METADATA",
                "connector",
                "tar-shards",
                "member.image",
                "jpg;png");

        assertThat(
                        rows(
                                "SELECT CAST(cls AS INT), pixels[1], `key`, `index` FROM (SELECT *, decode_image(image, 1, 1, 3) AS pixels FROM samples)"))
                .containsExactlyInAnyOrder(
                        Row.of(3, 1f, "train/7", 0L), Row.of(4, null, "train/8", 1L));
    }

    @Test
    void deadLettersAreWrittenAndRead() throws Exception {
        write("half.png", "half an image".getBytes(UTF_8));
        create("images", "content BYTES, path STRING METADATA");
        create(
                "failed",
                "`element` STRING, errorClass STRING, cause STRING, attempts INT, failedAt TIMESTAMP_LTZ(3), `row` STRING, id STRING, run STRING",
                "connector",
                "dead-letters",
                "path",
                letters.toString());

        TableResult insert =
                tables.executeSql(
                        """
                        INSERT INTO failed (`element`, cause, `row`)
                        SELECT 'decode', 'The data is no image.', JSON_OBJECT('path' VALUE path)
                        FROM images WHERE try_decode_image(content, 1, 1, 1) IS NULL
                        """);
        insert.await();

        JsonNode line = onlyLetter();
        assertThat(line.at("/row/path").asText()).endsWith("/half.png");
        assertThat(line.path("arrivedAt")).isEqualTo(line.path("failedAt"));
        assertThat(
                        rows(
                                "SELECT `element`, errorClass, cause, attempts, failedAt, JSON_VALUE(`row`, '$.path'), CHAR_LENGTH(id), run FROM failed"))
                .containsExactly(
                        Row.of(
                                "decode",
                                "DATA",
                                "The data is no image.",
                                0,
                                Instant.parse(line.path("failedAt").asText()),
                                line.at("/row/path").asText(),
                                36,
                                insert.getJobClient().orElseThrow().getJobID().toHexString()));
    }

    @Test
    void functionsCanBeCreatedAloneAndRefuseWrongArgumentsWhenTheQueryIsPlanned() throws Exception {
        write("a.png", TestingMedia.png(8, 4, Color.BLACK));
        tables.executeSql("UNLOAD MODULE `flink-gpu`");
        tables.executeSql("CREATE FUNCTION pixels AS '%s'".formatted(DecodeImage.class.getName()));
        tables.executeSql("CREATE FUNCTION samples AS '%s'".formatted(DecodeAudio.class.getName()));
        tables.executeSql(
                "CREATE TABLE floats (pixels ARRAY<FLOAT>) WITH ('connector' = 'blackhole')");
        create("files", "content BYTES, path STRING METADATA");

        assertThat(
                        tables.explainSql(
                                "INSERT INTO floats SELECT pixels(content, 2, 2, 3, 'pad') FROM files"))
                .contains("+- Calc(select=[pixels(content, 2, 2, 3, _UTF-16LE'pad') AS EXPR$0])");
        assertThat(
                        tables.explainSql(
                                "SELECT p[1], p[2] FROM (SELECT pixels(content, 1, 2, 1) AS p FROM files) WHERE p IS NOT NULL"))
                .as("a column that is used three times, decoded once in each of three plans")
                .satisfies(plan -> assertThat(plan.split("pixels\\(")).hasSize(1 + 3));
        refuses("pixels(path, 2, 2, 3)", "Invalid bytes: STRING");
        refuses("pixels(content, 0, 2, 3)", "Invalid height: 0. It must be at least 1.");
        refuses("pixels(content, 2, 2, 4)", "Invalid channels: 4.");
        refuses("pixels(content, 2, CHAR_LENGTH(path), 3)", "Invalid width: INT. It must be a");
        refuses("pixels(content, 2, 2, 3, 'fill')", "Invalid resize: 'fill'.");
        refuses(
                "pixels(content, 2, 2)",
                "height INT LITERAL, width INT LITERAL, channels INT LITERAL");
        refuses("samples(content, 10)", "Invalid sample_rate: 10.");
    }

    private void refuses(String call, String message) {
        assertThatThrownBy(() -> tables.explainSql("SELECT " + call + " FROM files"))
                .isInstanceOf(ValidationException.class)
                .rootCause()
                .hasMessageContaining(message);
    }

    /** A table of media files in the input, unless its options say otherwise. */
    private void create(String name, String columns, String... options) {
        Map<String, String> all =
                TestingTables.options("connector", "media-files", "path", input.toString());
        all.putAll(TestingTables.options(options));
        List<String> with = new ArrayList<>();
        all.forEach((key, value) -> with.add("'%s' = '%s'".formatted(key, value)));
        tables.executeSql(
                "CREATE TABLE %s (%s) WITH (%s)".formatted(name, columns, String.join(", ", with)));
    }

    private List<Row> rows(String query) throws Exception {
        try (CloseableIterator<Row> rows = tables.executeSql(query).collect()) {
            List<Row> all = new ArrayList<>();
            rows.forEachRemaining(all::add);
            return all;
        }
    }

    private static Row lastCount(long count) {
        return Row.ofKind(RowKind.UPDATE_AFTER, count);
    }

    private JsonNode onlyLetter() throws IOException {
        try (Stream<JsonNode> lines =
                JsonLines.read(new org.apache.flink.core.fs.Path(letters.toUri()))) {
            List<JsonNode> all = lines.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private static void cancel(TableResult result) throws Exception {
        JobClient job = result.getJobClient().orElseThrow();
        if (!job.getJobStatus().get().isGloballyTerminalState()) {
            job.cancel().get();
        }
    }

    /** Under a hidden name until it is complete. */
    private void write(String name, byte[] content) throws IOException {
        Path hidden = input.resolve("." + name);
        Files.write(hidden, content);
        Files.move(hidden, input.resolve(name));
    }

    private void writeShard() throws IOException {
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(Files.newOutputStream(input.resolve("a.tar")))) {
            add("train/7.png", TestingMedia.png(2, 2, Color.WHITE), tar);
            add("train/7.cls", "3".getBytes(UTF_8), tar);
            add("train/8.cls", "4".getBytes(UTF_8), tar);
        }
    }

    private static void add(String name, byte[] content, TarArchiveOutputStream tar)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
