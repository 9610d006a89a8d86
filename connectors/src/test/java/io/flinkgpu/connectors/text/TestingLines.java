package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import io.flinkgpu.connectors.source.RecordFormat.Positioned;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes files of lines and reads them as the source does. */
final class TestingLines {

    private TestingLines() {}

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** All records from the split's position on. */
    static List<Positioned<TextLine>> read(FileSplit split, LineFormat format) throws IOException {
        List<Positioned<TextLine>> records = new ArrayList<>();
        try (RecordFormat.Reader<TextLine> reader = format.open(split)) {
            for (var next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }
        return records;
    }
}
