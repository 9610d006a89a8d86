package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.parquet.ColumnBinding.UnfitException;
import io.flinkgpu.connectors.source.FileInput;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.types.RowKind;
import org.apache.flink.types.RowUtils;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.IOUtils;

/**
 * Reads the files of a split row by row.
 *
 * <p>A position's {@code record} counts the rows of its file. A row with a value that cannot be had
 * becomes a record with a failure, and so does the rest of a file that is damaged, has not the
 * columns, has a row group that does not fit the heap or does not exist; reading goes on behind.
 * When the file system fails otherwise, the task does: it is restarted and reads the rest again.
 */
final class RowFileReader implements RecordFormat.Reader<ParquetRow> {

    // What an object, its strings and its place in a batch take.
    private static final int OVERHEAD_BYTES = 160;
    private static final int SCALAR_BYTES = 24;

    private final List<FoundFile> files;
    private final List<WantedColumn> columns;
    private final LinkedHashMap<String, Integer> positions = new LinkedHashMap<>();

    /** Where the next row begins. */
    private ReadPosition position;

    @Nullable private FileInput file;
    @Nullable private RowFile rows;

    RowFileReader(FileSplit split, List<WantedColumn> columns) {
        this.files = split.files();
        this.columns = columns;
        this.position = split.position();
        columns.forEach(column -> positions.put(column.field(), positions.size()));
    }

    @Nullable
    @Override
    public RecordFormat.Positioned<ParquetRow> read() throws IOException {
        while (position.file() < files.size()) {
            RecordFormat.Positioned<ParquetRow> next = nextOfFile();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    @Override
    public void close() {
        IOUtils.closeAllQuietly(rows, file);
        rows = null;
        file = null;
    }

    /** The next record of the current file; null when it has none, and the next file is current. */
    @Nullable
    private RecordFormat.Positioned<ParquetRow> nextOfFile() throws IOException {
        FoundFile current = files.get(position.file());
        String path = current.path().toString();
        try {
            if (rows == null) {
                open(current);
            }
            Object[] values = rows.next();
            if (values == null) {
                goToNextFile();
                return null;
            }
            long number = position.record() + 1;
            position = new ReadPosition(position.file(), number, ReadPosition.UNKNOWN_OFFSET);
            return positioned(current, row(path, number, values), bytesOf(values));
        } catch (UnfitException unfit) {
            return givenUp(current, BadParquetException.unfit(path, unfit.problems()));
        } catch (IOException | RuntimeException e) {
            boolean isFilesFault = file == null || file.hasFailed();
            if (isFilesFault && mayExist(current)) {
                throw e; // the rest of a file is too much to give up for a lost connection
            }
            return givenUp(current, BadParquetException.damaged(path, position.record() + 1, e));
        } catch (OutOfMemoryError e) {
            if (ExceptionUtils.isMetaspaceOutOfMemoryError(e)
                    || ExceptionUtils.isDirectOutOfMemoryError(e)) {
                throw e; // no file's fault
            }
            return givenUp(
                    current, BadParquetException.shortOfHeap(path, position.record() + 1, e));
        }
    }

    private void open(FoundFile current) throws IOException, UnfitException {
        FileSystem fileSystem = current.path().getFileSystem();
        long length = fileSystem.getFileStatus(current.path()).getLen();
        file = FileInput.open(current.path());
        rows = RowFile.open(file, length, columns);
        rows.skip(position.record());
    }

    private ParquetRow row(String path, long number, Object[] values) {
        for (Object value : values) {
            if (value instanceof ValueReader.Unreadable unreadable) {
                return ParquetRow.unreadable(
                        path,
                        number,
                        ReadFailure.of(
                                BadParquetException.badValue(path, number, unreadable.reason())));
            }
        }
        return ParquetRow.of(
                path,
                number,
                RowUtils.createRowWithNamedPositions(RowKind.INSERT, values, positions));
    }

    private RecordFormat.Positioned<ParquetRow> givenUp(
            FoundFile current, BadParquetException cause) {
        ParquetRow failed =
                ParquetRow.unreadable(
                        current.path().toString(), position.record() + 1, ReadFailure.of(cause));
        goToNextFile();
        return positioned(current, failed, 0);
    }

    private void goToNextFile() {
        close();
        position = ReadPosition.startOf(position.file() + 1);
    }

    private RecordFormat.Positioned<ParquetRow> positioned(
            FoundFile current, ParquetRow row, long bytes) {
        return new RecordFormat.Positioned<>(
                row,
                current.modifiedMillis(),
                OVERHEAD_BYTES + bytes,
                row.failure() != null,
                position);
    }

    /** About what values take in memory. */
    private static long bytesOf(Object[] values) {
        long bytes = 0;
        for (Object value : values) {
            if (value instanceof String text) {
                bytes += text.length();
            } else if (value instanceof byte[] binary) {
                bytes += binary.length;
            } else if (value != null && value.getClass().isArray()) {
                bytes += (long) Array.getLength(value) * Double.BYTES;
            }
        }
        return bytes + (long) SCALAR_BYTES * values.length;
    }

    /** Asked after a failure: some file systems open a file only when it is read. */
    private static boolean mayExist(FoundFile current) {
        try {
            return current.path().getFileSystem().exists(current.path());
        } catch (IOException e) {
            return true;
        }
    }
}
