package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.listing.ExactPath;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLoaderTest {

    private static final int LIMIT = 100_000;
    private static final long MODIFIED = 1_700_000_000_123L;

    @TempDir java.nio.file.Path folder;

    private final FileLoader loader = new FileLoader(LIMIT, false);
    private final FileLoader referring = new FileLoader(LIMIT, true);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16 * 1024, 16 * 1024 + 1, LIMIT - 1, LIMIT})
    void readsAFileWhateverItsSizeWasThoughtToBe(int size) throws IOException {
        Path file = jpeg("a", size);

        for (long expected : new long[] {FoundFile.UNKNOWN_SIZE, size, 0, 1, LIMIT}) {
            FileContent content = loader.load(new FoundFile(file, expected, MODIFIED));

            assertThat(content)
                    .isEqualTo(
                            new FileContent(
                                    file.toString(),
                                    Files.readAllBytes(folder.resolve("a")),
                                    size < 3 ? "application/octet-stream" : "image/jpeg",
                                    size,
                                    MODIFIED,
                                    null));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {FoundFile.UNKNOWN_SIZE, LIMIT, LIMIT + 1})
    void refusesAFileThatIsTooLarge(long expected) throws IOException {
        Path file = jpeg("a", LIMIT + 1);

        FileContent content = loader.load(new FoundFile(file, expected, MODIFIED));

        assertThat(content.readFailure())
                .map(ReadFailure::errorClass)
                .hasValue(FileTooLargeException.class.getName());
        assertThat(content.isReference()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {FoundFile.UNKNOWN_SIZE, LIMIT, LIMIT + 1})
    void refersToAFileThatIsTooLarge(long expected) throws IOException {
        Path file = jpeg("a:b \\%20\u00e4", LIMIT + 1);

        FileContent content = referring.load(new FoundFile(file, expected, MODIFIED));

        assertThat(content)
                .isEqualTo(
                        FileContent.reference(file.toString(), "image/jpeg", LIMIT + 1, MODIFIED));
        assertThat(content.isReference()).isTrue();
        try (InputStream in = content.open()) {
            assertThat(in.readAllBytes()).hasSize(LIMIT + 1).startsWith(0xff, 0xd8, 0xff);
        }
    }

    @Test
    void keepsWhatIsKnownOfAFileThatCannotBeRead() throws IOException {
        FoundFile gone = new FoundFile(new Path(folder.resolve("gone").toUri()), 7, MODIFIED);

        FileContent content = loader.load(gone);

        assertThat(content.size()).isEqualTo(7);
        assertThat(content.modifiedMillis()).isEqualTo(MODIFIED);
        assertThat(content.readFailure())
                .map(ReadFailure::errorClass)
                .hasValue("java.io.FileNotFoundException");
    }

    @Test
    void reportsAFileThatMayNotBeRead() throws IOException {
        Files.write(folder.resolve("denied.jpg"), new byte[1]);
        Path denied = TestingFileSystem.path(folder.resolve("denied.jpg"));

        assertThat(loader.load(FoundFile.named(denied)).readFailure())
                .map(ReadFailure::errorClass)
                .hasValue("java.nio.file.AccessDeniedException");
    }

    @Test
    void leavesAnInterruptToTheTask() {
        Path file = TestingFileSystem.path(folder.resolve("interrupted.jpg"));

        assertThatThrownBy(() -> loader.load(FoundFile.named(file)))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("read was interrupted");
    }

    private Path jpeg(String name, int size) throws IOException {
        byte[] bytes = Arrays.copyOf(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, size);
        Files.write(folder.resolve(name), bytes);
        return ExactPath.child(new Path(folder.toUri()), name);
    }
}
