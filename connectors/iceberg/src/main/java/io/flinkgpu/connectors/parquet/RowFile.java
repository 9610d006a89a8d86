package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.parquet.ColumnBinding.UnfitException;
import io.flinkgpu.connectors.source.FileInput;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.iceberg.shaded.org.apache.parquet.ParquetReadOptions;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnReader;
import org.apache.iceberg.shaded.org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.iceberg.shaded.org.apache.parquet.column.page.PageReadStore;
import org.apache.iceberg.shaded.org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.Converter;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.GroupConverter;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.PrimitiveConverter;

/**
 * The rows of a Parquet file, in their order.
 *
 * <p>Holds the wanted columns of one row group as they are stored, compressed. Drives {@code
 * ParquetFileReader} and {@code ColumnReader} of parquet-java 1.17, which Iceberg 1.11 has inside.
 * Parquet's errors are of any unchecked type. Not thread-safe.
 */
final class RowFile implements Closeable {

    private final ParquetFileReader file;
    private final ColumnBinding binding;
    private int nextGroup;
    @Nullable private PageReadStore group;
    private ColumnReader[] readers = {};
    private long rowsLeft;

    private RowFile(ParquetFileReader file, ColumnBinding binding) {
        this.file = file;
        this.binding = binding;
        file.setRequestedSchema(binding.projection());
    }

    /**
     * Opens a file at its first row.
     *
     * @param input closed with the rows, and where this throws
     * @param length of the file in bytes
     * @throws UnfitException if the file has not all columns as they are wanted
     */
    static RowFile open(FileInput input, long length, List<WantedColumn> columns)
            throws IOException, UnfitException {
        ParquetFileReader file =
                ParquetFileReader.open(
                        new ParquetInput(input, length),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .usePageChecksumVerification()
                                .build());
        try {
            return new RowFile(file, ColumnBinding.of(columns, file.getFileMetaData().getSchema()));
        } catch (UnfitException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Goes behind the first rows of the file; does not read row groups that end before them. */
    void skip(long rows) throws IOException {
        long left = rows;
        while (nextGroup < groups() && left >= rowsOf(nextGroup)) {
            left -= rowsOf(nextGroup++);
        }
        while (left > 0 && advance()) {
            for (int i = 0; i < readers.length; i++) {
                binding.columns().get(i).skip(readers[i]);
            }
            left--;
        }
    }

    /**
     * The values of the next row, null behind the last. A value may be null, or a {@link
     * ValueReader.Unreadable}.
     */
    @Nullable
    Object[] next() throws IOException {
        if (!advance()) {
            return null;
        }
        Object[] values = new Object[readers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = binding.columns().get(i).read(readers[i]);
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        closeGroup();
        file.close();
    }

    /** Whether there is a row; it counts as read. */
    private boolean advance() throws IOException {
        while (rowsLeft == 0) {
            if (nextGroup == groups()) {
                return false;
            }
            openGroup(nextGroup++);
        }
        rowsLeft--;
        return true;
    }

    private void openGroup(int index) throws IOException {
        closeGroup();
        if (rowsOf(index) == 0) {
            return; // Parquet refuses to read it
        }
        group = file.readRowGroup(index);
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(
                        group,
                        new NoConverter(),
                        binding.projection(),
                        file.getFileMetaData().getCreatedBy());
        readers =
                binding.columns().stream()
                        .map(column -> store.getColumnReader(column.descriptor()))
                        .toArray(ColumnReader[]::new);
        rowsLeft = rowsOf(index);
    }

    private void closeGroup() {
        if (group != null) {
            group.close();
            group = null;
        }
    }

    private int groups() {
        return file.getRowGroups().size();
    }

    private long rowsOf(int index) {
        return file.getRowGroups().get(index).getRowCount();
    }

    /** Values are taken from the readers themselves, which ask for a converter all the same. */
    private static final class NoConverter extends GroupConverter {

        @Override
        public Converter getConverter(int fieldIndex) {
            return this;
        }

        @Override
        public PrimitiveConverter asPrimitiveConverter() {
            return new PrimitiveConverter() {};
        }

        @Override
        public void start() {
            // nobody drives it
        }

        @Override
        public void end() {
            // nobody drives it
        }
    }
}
