package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import io.flinkgpu.connectors.source.RecordFormat.Positioned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.apache.iceberg.shaded.org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.Group;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalOutputFile;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageTypeParser;

/** Writes Parquet files without ids of fields, and reads them as the source does. */
final class TestingParquet {

    static final int ROWS_PER_GROUP = 10;

    private TestingParquet() {}

    /**
     * A file of any schema.
     *
     * @param columns as Parquet writes them
     * @param fill adds the values of row 0, 1, ...
     */
    static Path write(Path file, String columns, int rows, ObjIntConsumer<Group> fill)
            throws IOException {
        MessageType type = MessageTypeParser.parseMessageType("message rows {" + columns + "}");
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withConf(new PlainParquetConfiguration())
                        .withType(type)
                        .withRowGroupRowCountLimit(ROWS_PER_GROUP)
                        .build()) {
            for (int i = 0; i < rows; i++) {
                Group row = new SimpleGroup(type);
                fill.accept(row, i);
                writer.write(row);
            }
        }
        return file;
    }

    static FileSplit split(Path... files) {
        List<FoundFile> found =
                Arrays.stream(files)
                        .map(Path::toUri)
                        .map(org.apache.flink.core.fs.Path::new)
                        .map(FoundFile::named)
                        .toList();
        return new FileSplit("0", found, ReadPosition.startOf(0));
    }

    /** All records from the split's position on. */
    static List<Positioned<ParquetRow>> read(FileSplit split, RecordFormat<ParquetRow> format)
            throws IOException {
        List<Positioned<ParquetRow>> records = new ArrayList<>();
        try (RecordFormat.Reader<ParquetRow> reader = format.open(split)) {
            for (var next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }
        return records;
    }
}
