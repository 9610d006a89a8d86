package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileFormatTest {

    private static final int LIMIT = 1000;

    @TempDir java.nio.file.Path folder;

    private final WholeFileFormat format = new WholeFileFormat(LIMIT);

    @Test
    void readsAFileOfTheLargestSizeAsOneRecord() throws IOException {
        byte[] bytes = new byte[LIMIT];
        bytes[LIMIT - 1] = 42;

        FileContent content = readOnly(split(file("a", bytes)));

        assertThat(content).isEqualTo(FileContent.of("file:" + folder.resolve("a"), bytes));
        assertThat(content.readFailure()).isEmpty();
    }

    @Test
    void readsAFileOfZeroBytesAsOneRecord() throws IOException {
        FileContent content = readOnly(split(file("empty", new byte[0])));

        assertThat(content.content()).isEmpty();
        assertThat(content.readFailure()).isEmpty();
    }

    @Test
    void reportsAFileThatIsTooLarge() throws IOException {
        FileContent content = readOnly(split(file("a", new byte[LIMIT + 1])));

        assertThat(content.content()).isEmpty();
        assertThat(content.readFailure())
                .hasValueSatisfying(
                        failure -> {
                            assertThat(failure.errorClass())
                                    .isEqualTo(FileTooLargeException.class.getName());
                            assertThat(failure.cause())
                                    .endsWith(
                                            "it is larger than the limit of 1000 bytes (maxFileSize).");
                        });
    }

    @Test
    void reportsAFileThatHasVanished() throws IOException {
        FileContent content = readOnly(split(new Path(folder.resolve("gone").toUri())));

        assertThat(content.content()).isEmpty();
        assertThat(content.readFailure())
                .hasValueSatisfying(
                        failure -> {
                            assertThat(failure.errorClass())
                                    .isEqualTo("java.io.FileNotFoundException");
                            assertThat(failure.cause()).contains("gone");
                        });
    }

    @Test
    void reportsAFileThatMayNotBeRead() throws IOException {
        file("denied.jpg", new byte[1]);

        FileContent content = readOnly(split(TestingFileSystem.path(folder.resolve("denied.jpg"))));

        assertThat(content.readFailure())
                .map(ReadFailure::errorClass)
                .hasValue("java.nio.file.AccessDeniedException");
    }

    @Test
    void leavesAnInterruptToTheTask() {
        Path file = TestingFileSystem.path(folder.resolve("interrupted.jpg"));

        assertThatThrownBy(() -> readOnly(split(file)))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("read was interrupted");
    }

    @Test
    void continuesBehindEveryFileAfterARestore() throws IOException {
        FileSourceSplit split =
                split(file("a", new byte[1]), file("b", new byte[0]), file("c", new byte[3]));

        for (int filesRead = 0; filesRead <= 3; filesRead++) {
            FileSourceSplit checkpointed = readSome(split, filesRead);
            List<FileContent> rest =
                    readAll(format.restoreReader(new Configuration(), checkpointed));

            assertThat(rest)
                    .extracting(content -> new Path(content.path()).getName())
                    .isEqualTo(List.of("a", "b", "c").subList(filesRead, 3));
        }
    }

    @Test
    void goesOnBehindAFileThatCannotBeRead() throws IOException {
        FileSourceSplit split =
                split(
                        file("a", new byte[1]),
                        new Path(folder.resolve("gone").toUri()),
                        file("c", new byte[3]));

        List<FileContent> contents = readAll(format.createReader(new Configuration(), split));

        assertThat(contents)
                .extracting(content -> content.readFailure().isPresent())
                .containsExactly(false, true, false);
    }

    /** Reads so many files and returns the split as a checkpoint behind them holds it. */
    private FileSourceSplit readSome(FileSourceSplit split, int files) throws IOException {
        BulkFormat.Reader<FileContent> reader = format.createReader(new Configuration(), split);
        FileSourceSplit checkpointed = split;
        for (int i = 0; i < files; i++) {
            RecordAndPosition<FileContent> row = reader.readBatch().next();
            checkpointed =
                    split.updateWithCheckpointedPosition(
                            new CheckpointedPosition(row.getOffset(), row.getRecordSkipCount()));
        }
        return checkpointed;
    }

    private static List<FileContent> readAll(BulkFormat.Reader<FileContent> reader)
            throws IOException {
        List<FileContent> contents = new ArrayList<>();
        for (var batch = reader.readBatch(); batch != null; batch = reader.readBatch()) {
            contents.add(batch.next().getRecord());
            assertThat(batch.next()).isNull();
        }
        return contents;
    }

    private FileContent readOnly(FileSourceSplit split) throws IOException {
        List<FileContent> contents = readAll(format.createReader(new Configuration(), split));
        assertThat(contents).hasSize(1);
        return contents.get(0);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return new Path(Files.write(folder.resolve(name), bytes).toUri());
    }

    private static FileSourceSplit split(Path... files) {
        return FileGroup.toSplit("0-0", List.of(files));
    }
}
