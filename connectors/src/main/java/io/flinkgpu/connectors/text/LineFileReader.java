package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileInput;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.util.IOUtils;

/**
 * Reads the files of a split line by line.
 *
 * <p>A position's {@code record} counts the lines of its file, skipped ones too. A line that is too
 * long, not UTF-8 or not JSON becomes a record with a failure, and so does the rest of a file that
 * is damaged or does not exist; reading goes on behind. When the file system fails otherwise, the
 * task does: it is restarted and reads the rest again.
 */
final class LineFileReader implements RecordFormat.Reader<TextLine> {

    // What an object, its strings and its place in a batch take.
    private static final int OVERHEAD_BYTES = 128;

    private final List<FoundFile> files;
    private final LineFormat format;

    /** Where the next line begins. */
    private ReadPosition position;

    @Nullable private FileInput file;
    @Nullable private LineBytes lines;

    LineFileReader(FileSplit split, LineFormat format) {
        this.files = split.files();
        this.format = format;
        this.position = split.position();
    }

    @Nullable
    @Override
    public RecordFormat.Positioned<TextLine> read() throws IOException {
        while (position.file() < files.size()) {
            RecordFormat.Positioned<TextLine> next = nextOfFile();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    @Override
    public void close() {
        IOUtils.closeAllQuietly(lines, file);
        lines = null;
        file = null;
    }

    /** The next record of the current file; null when it has none, and the next file is current. */
    @Nullable
    private RecordFormat.Positioned<TextLine> nextOfFile() throws IOException {
        FoundFile current = files.get(position.file());
        try {
            if (lines == null) {
                open(current);
            }
            while (lines.next()) {
                TextLine line = line(current.path().toString(), position.record() + 1);
                position = new ReadPosition(position.file(), position.record() + 1, lines.offset());
                if (line != null) {
                    return positioned(current, line);
                }
            }
            goToNextFile();
            return null;
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            boolean isFilesFault = file == null || file.hasFailed();
            if (isFilesFault && mayExist(current)) {
                throw e; // the rest of a file is too much to give up for a lost connection
            }
            return givenUp(current, e);
        }
    }

    private void open(FoundFile current) throws IOException {
        long offset = Math.max(0, position.offset());
        file = FileInput.open(current.path());
        lines = LineBytes.of(file, offset, format.maxLineBytes());
        boolean isFromStart = offset == 0;
        for (long line = 0; isFromStart && line < position.record(); line++) {
            if (!lines.next()) {
                return;
            }
        }
    }

    /** The current line, or null for one that is left out. */
    @Nullable
    private TextLine line(String path, long number) {
        if (lines.isTooLong()) {
            return failed(
                    path, number, BadLineException.tooLong(path, number, format.maxLineBytes()));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(lines.bytes()).toString();
        } catch (CharacterCodingException e) {
            return failed(path, number, BadLineException.notUtf8(path, number));
        }
        if (!format.isJson()) {
            return TextLine.of(path, number, text);
        }
        if (text.isBlank()) {
            return null;
        }
        return JsonObjects.problem(text)
                .map(why -> failed(path, number, BadLineException.notJson(path, number, why)))
                .orElseGet(() -> TextLine.of(path, number, text));
    }

    private RecordFormat.Positioned<TextLine> givenUp(FoundFile current, IOException cause) {
        String path = current.path().toString();
        long number = position.record() + 1;
        goToNextFile();
        return positioned(
                current, failed(path, number, BadLineException.damaged(path, number, cause)));
    }

    private void goToNextFile() {
        close();
        position = ReadPosition.startOf(position.file() + 1);
    }

    private RecordFormat.Positioned<TextLine> positioned(FoundFile current, TextLine line) {
        return new RecordFormat.Positioned<>(
                line,
                current.modifiedMillis(),
                OVERHEAD_BYTES + line.text().length(),
                line.failure() != null,
                position);
    }

    private static TextLine failed(String path, long number, BadLineException error) {
        return TextLine.unreadable(path, number, ReadFailure.of(error));
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
