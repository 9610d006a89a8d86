package io.flinkgpu.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat.Positioned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.Binary;
import org.apache.iceberg.types.Types.FloatType;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFileReaderTest {

    private static final TypeInformation<byte[]> BYTES = TypeInformation.of(byte[].class);
    private static final TypeInformation<?> FLOATS = Types.PRIMITIVE_ARRAY(Types.FLOAT);
    private static final TypeInformation<?> LONGS = Types.PRIMITIVE_ARRAY(Types.LONG);
    private static final TypeInformation<?> INTS = Types.PRIMITIVE_ARRAY(Types.INT);
    private static final RowFormat IDS = format("id", Types.LONG);

    @TempDir Path folder;

    @Test
    void readsWhatPyarrowWrote() throws IOException {
        RowFormat format =
                format(
                        "text", Types.STRING,
                        "large", Types.STRING,
                        "kind", Types.STRING,
                        "small", Types.INT,
                        "unsigned", Types.LONG,
                        "id", Types.LONG,
                        "score", Types.FLOAT,
                        "exact", Types.DOUBLE,
                        "good", Types.BOOLEAN,
                        "raw", BYTES,
                        "hash", BYTES,
                        "at", Types.INSTANT,
                        "embedding", FLOATS,
                        "tokens", LONGS,
                        "tags", Types.OBJECT_ARRAY(Types.STRING));

        List<ParquetRow> rows = rows(format, Path.of("src/test/resources/parquet/pyarrow.parquet"));

        assertThat(rows).hasSize(25).allMatch(row -> row.failure() == null);
        assertThat(rows).extracting(ParquetRow::number).startsWith(1L, 2L).endsWith(25L);
        assertThat(rows).allMatch(row -> row.path().endsWith("/pyarrow.parquet"));
        assertThat(rows.get(3).values().getField("text")).isNull();
        assertThat(rows.get(2).values().getField("tokens")).isNull();
        assertThat((long[]) rows.get(0).values().getField("tokens")).isEmpty();
        assertThat(rows.get(12).values())
                .isEqualTo(
                        Row.of(
                                "text 12 \u00fc",
                                "x".repeat(12),
                                "kind 0",
                                7,
                                4_294_967_283L,
                                120_000_000_000L,
                                6f,
                                4d,
                                true,
                                new byte[] {12, -1},
                                new byte[] {12, 12, 12, 12},
                                Instant.parse("2026-01-01T12:00:00Z"),
                                new float[] {12.5f, -12},
                                new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                                new String[] {"a", null, "12"}));
    }

    @Test
    void readsWhatIcebergWrote() throws IOException {
        Schema schema =
                new Schema(
                        NestedField.required(7, "id", LongType.get()),
                        NestedField.optional(8, "text", StringType.get()),
                        NestedField.optional(
                                9, "scores", ListType.ofRequired(10, FloatType.get())));
        Path file = folder.resolve("iceberg.parquet");
        try (FileAppender<Record> writer =
                Parquet.write(org.apache.iceberg.Files.localOutput(file.toFile()))
                        .schema(schema)
                        .createWriterFunc(GenericParquetWriter::create)
                        .build()) {
            writer.add(
                    GenericRecord.create(schema)
                            .copy(Map.of("id", 1L, "text", "one", "scores", List.of(1f, 2f))));
            writer.add(GenericRecord.create(schema).copy("id", 2L));
        }

        assertThat(rows(format("scores", FLOATS, "text", Types.STRING, "id", Types.LONG), file))
                .extracting(ParquetRow::values)
                .containsExactly(Row.of(new float[] {1, 2}, "one", 1L), Row.of(null, null, 2L));
    }

    @Test
    void takesNumbersThatFit() throws IOException {
        Path file =
                TestingParquet.write(
                        folder.resolve("a"),
                        "required int32 a; required float b; required int32 c (INTEGER(16,false));",
                        1,
                        (row, i) -> row.append("a", -1).append("b", 0.5f).append("c", 65_535));

        assertThat(rows(format("a", Types.LONG, "b", Types.DOUBLE, "c", Types.INT), file))
                .extracting(ParquetRow::values)
                .containsExactly(Row.of(-1L, 0.5, 65_535));
    }

    @Test
    void takesListsOfOldWriters() throws IOException {
        Path file =
                TestingParquet.write(
                        folder.resolve("a"),
                        "optional group n (LIST) {repeated int32 element;} required group f (LIST) {repeated group bag {optional float array_element;}}",
                        3,
                        (row, i) -> {
                            var ints = i == 0 ? null : row.addGroup("n");
                            var floats = row.addGroup("f");
                            for (int k = 0; k <= i && ints != null; k++) {
                                ints.append("element", k);
                                floats.addGroup("bag").append("array_element", (float) k);
                            }
                        });

        assertThat(rows(format("n", INTS, "f", FLOATS), file))
                .extracting(ParquetRow::values)
                .containsExactly(
                        Row.of(null, new float[0]),
                        Row.of(new int[] {0, 1}, new float[] {0, 1}),
                        Row.of(new int[] {0, 1, 2}, new float[] {0, 1, 2}));
    }

    @Test
    void readsTimesOfAllKinds() throws IOException {
        Instant at = Instant.parse("2026-02-03T04:05:06.789Z");
        Path file =
                TestingParquet.write(
                        folder.resolve("a"),
                        "required int64 ms (TIMESTAMP(MILLIS,true)); required int64 ns (TIMESTAMP(NANOS,false)); required int96 old;",
                        1,
                        (row, i) ->
                                row.append("ms", at.toEpochMilli())
                                        .append("ns", ChronoUnit.NANOS.between(Instant.EPOCH, at))
                                        .append("old", int96(at)));

        assertThat(
                        rows(
                                format(
                                        "ms",
                                        Types.INSTANT,
                                        "ns",
                                        Types.INSTANT,
                                        "old",
                                        Types.INSTANT),
                                file))
                .extracting(ParquetRow::values)
                .containsExactly(Row.of(at, at, at));
    }

    @Test
    void goesOnBehindListsAndNulls() throws IOException {
        RowFormat format =
                format(
                        "tokens",
                        LONGS,
                        "text",
                        Types.STRING,
                        "kind",
                        Types.STRING,
                        "at",
                        Types.INSTANT);
        FileSplit split =
                TestingParquet.split(Path.of("src/test/resources/parquet/pyarrow.parquet"));

        List<Positioned<ParquetRow>> all = TestingParquet.read(split, format);

        for (int i = 0; i < all.size() - 1; i++) {
            FileSplit rest = new FileSplit("0", split.files(), all.get(i).next());
            assertThat(TestingParquet.read(rest, format).get(0).record())
                    .isEqualTo(all.get(i + 1).record());
        }
    }

    @Test
    void goesOnAtEachRow() throws IOException {
        Path a = ids(folder.resolve("a"), 25);
        Path b = ids(folder.resolve("b"), 0);
        Path c = ids(folder.resolve("c"), 10);
        FileSplit split = TestingParquet.split(a, b, c);

        List<Positioned<ParquetRow>> all = TestingParquet.read(split, IDS);

        assertThat(all).hasSize(35);
        for (int i = 0; i < all.size(); i++) {
            FileSplit rest = new FileSplit("0", split.files(), all.get(i).next());
            assertThat(TestingParquet.read(rest, IDS))
                    .extracting(Positioned::record)
                    .isEqualTo(
                            all.subList(i + 1, all.size()).stream()
                                    .map(Positioned::record)
                                    .toList());
        }
    }

    @Test
    void doesNotReadRowGroupsBeforeItsPosition() throws IOException {
        Path file = ids(folder.resolve("a"), 30);
        FileSplit split = TestingParquet.split(file);
        var behindTheFirst = TestingParquet.read(split, IDS).get(14).next();
        damage(file, 10);

        assertThat(rows(IDS, file)).last().satisfies(row -> assertThat(row.failure()).isNotNull());
        assertThat(TestingParquet.read(new FileSplit("0", split.files(), behindTheFirst), IDS))
                .extracting(read -> read.record().values())
                .containsExactlyElementsOf(
                        IntStream.range(15, 30).mapToObj(i -> Row.of((long) i)).toList());
    }

    @Test
    void rejectsFilesWithoutTheColumns() throws IOException {
        Path other =
                TestingParquet.write(
                        folder.resolve("a"),
                        "required int64 id; required group tags (LIST) {repeated group list {required int32 element;}} required group point {required int32 x;} optional int32 day (DATE); required int64 big;",
                        2,
                        (row, i) -> {
                            row.append("id", (long) i).append("big", 1L);
                            row.addGroup("tags");
                            row.addGroup("point").append("x", i);
                        });
        RowFormat format =
                format(
                        "text", Types.STRING,
                        "id", Types.STRING,
                        "tags", Types.OBJECT_ARRAY(Types.STRING),
                        "point", Types.INT,
                        "day", Types.INT,
                        "big", Types.INT);

        List<ParquetRow> rows = rows(format, other, ids(folder.resolve("b"), 1));

        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).number()).isEqualTo(1);
        assertThat(rows.get(0).failure())
                .isEqualTo(
                        new ReadFailure(
                                BadParquetException.class.getName(),
                                "Cannot read '%s': it has no column 'text' among id, tags, point, day, big; its column 'id' is int64, which gives no string; its column 'tags' is a list of int32, which gives no list of string; its column 'point' is a group, which gives no int; its column 'day' is int32 (DATE), which gives no int; its column 'big' is int64, which gives no int."
                                        .formatted(rows.get(0).path())));
    }

    @Test
    void rejectsWhatIsNoWholeParquet() throws IOException {
        Path good = ids(folder.resolve("good"), 20);
        byte[] bytes = Files.readAllBytes(good);
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 5));
        Path half = Files.write(folder.resolve("half"), Arrays.copyOf(bytes, bytes.length / 2));
        Path text = Files.writeString(folder.resolve("text"), "This is no Parquet at all.");
        Path empty = Files.writeString(folder.resolve("empty"), "");
        Path missing = folder.resolve("missing");

        List<ParquetRow> rows = rows(IDS, cut, half, text, empty, missing, good);

        assertThat(rows.subList(0, 5))
                .allSatisfy(
                        row ->
                                assertThat(row.failure().cause())
                                        .startsWith(
                                                "Cannot read '%s' from row 1 on: the file is damaged, missing or not in Parquet ("
                                                        .formatted(row.path())));
        assertThat(rows.subList(5, 25)).allMatch(row -> row.failure() == null);
    }

    @Test
    void givesUpADamagedFileAtItsPlace() throws IOException {
        Path file = ids(folder.resolve("a"), 30);
        byte[] bytes = Files.readAllBytes(file);
        damage(file, bytes.length / 3);

        List<ParquetRow> rows = rows(IDS, file, ids(folder.resolve("b"), 1));

        ParquetRow failed = rows.get(rows.size() - 2);
        assertThat(rows.size()).isLessThan(30);
        assertThat(failed.failure()).isNotNull();
        assertThat(failed.number()).isEqualTo(rows.size() - 1L).isGreaterThan(1);
        assertThat(rows.get(rows.size() - 1).values()).isEqualTo(Row.of(0L));
    }

    @Test
    void leavesOutRowsWithValuesThatCannotBeHad() throws IOException {
        Path file =
                TestingParquet.write(
                        folder.resolve("a"),
                        "required binary text (UTF8); required group n (LIST) {repeated group list {optional int32 element;}}",
                        4,
                        (row, i) -> {
                            byte[] text = {'a', (byte) (i == 1 ? 0xff : 'b')};
                            row.append("text", Binary.fromConstantByteArray(text));
                            var list = row.addGroup("n");
                            list.addGroup("list").append("element", i);
                            var second = list.addGroup("list");
                            if (i != 2) {
                                second.append("element", i);
                            }
                        });

        List<ParquetRow> rows = rows(format("text", Types.STRING, "n", INTS), file);

        assertThat(rows).extracting(ParquetRow::number).containsExactly(1L, 2L, 3L, 4L);
        assertThat(rows.get(0).values()).isEqualTo(Row.of("ab", new int[] {0, 0}));
        assertThat(rows.get(1).failure().cause())
                .isEqualTo(
                        "Cannot read row 2 of '%s': column 'text' has bytes that are not UTF-8."
                                .formatted(rows.get(1).path()));
        assertThat(rows.get(2).failure().cause())
                .isEqualTo(
                        "Cannot read row 3 of '%s': column 'n' has a list with a null, which arrays of numbers cannot hold."
                                .formatted(rows.get(2).path()));
        assertThat(rows.get(3).values()).isEqualTo(Row.of("ab", new int[] {3, 3}));
    }

    private static Path ids(Path file, int rows) throws IOException {
        return TestingParquet.write(
                file, "required int64 id;", rows, (row, i) -> row.append("id", (long) i));
    }

    /** Overwrites a few bytes of a page. */
    private static void damage(Path file, int from) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, from, from + 40, (byte) 0xee);
        Files.write(file, bytes);
    }

    /** The Julian day of 1970-01-01 is 2440588. */
    private static Binary int96(Instant at) {
        long nanosOfDay = ChronoUnit.NANOS.between(at.truncatedTo(ChronoUnit.DAYS), at);
        int day = (int) ChronoUnit.DAYS.between(Instant.EPOCH, at) + 2_440_588;
        return Binary.fromConstantByteArray(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(nanosOfDay)
                        .putInt(day)
                        .array());
    }

    /** Names of columns, each followed by its type. */
    private static RowFormat format(Object... namesAndTypes) {
        return new RowFormat(
                IntStream.range(0, namesAndTypes.length / 2)
                        .mapToObj(
                                i -> {
                                    String name = (String) namesAndTypes[2 * i];
                                    return WantedColumn.of(
                                            name,
                                            name,
                                            (TypeInformation<?>) namesAndTypes[2 * i + 1]);
                                })
                        .toList());
    }

    private static List<ParquetRow> rows(RowFormat format, Path... files) throws IOException {
        return TestingParquet.read(TestingParquet.split(files), format).stream()
                .map(Positioned::record)
                .toList();
    }
}
