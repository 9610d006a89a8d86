package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.source.FileInput;
import java.io.IOException;
import org.apache.iceberg.shaded.org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.iceberg.shaded.org.apache.parquet.io.InputFile;
import org.apache.iceberg.shaded.org.apache.parquet.io.SeekableInputStream;

/**
 * An open file of Flink's file systems as Parquet takes it, once.
 *
 * @param length in bytes
 */
record ParquetInput(FileInput file, long length) implements InputFile {

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public SeekableInputStream newStream() {
        return new DelegatingSeekableInputStream(file) {

            @Override
            public long getPos() throws IOException {
                return file.position();
            }

            @Override
            public void seek(long position) throws IOException {
                file.seek(position);
            }
        };
    }

    /** Part of Parquet's messages. */
    @Override
    public String toString() {
        return "it";
    }
}
