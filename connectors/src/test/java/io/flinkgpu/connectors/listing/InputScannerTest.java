package io.flinkgpu.connectors.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.TestingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputScannerTest {

    private static final InputScanner ALL = new InputScanner(List.of());

    @TempDir java.nio.file.Path folder;

    @Test
    void findsMatchingFilesInAllFoldersAndSkipsHiddenOnes() throws IOException {
        files("b.jpg", "a.JPG", "sub/deep/c.Jpeg", "d.png", ".e.jpg", "_f.jpg", ".git/g.jpg");

        assertThat(names(new InputScanner(List.of(".jpg", ".JPEG")), folder))
                .containsExactly("a.JPG", "b.jpg", "c.Jpeg");
    }

    @Test
    void readsListRelativeToItsFolder() throws IOException {
        files("images/a b.jpg", "other/c.bin", "lists/x");
        java.nio.file.Path list = folder.resolve("lists/train.TXT");
        Files.write(list, List.of("# digits", "../images/a b.jpg", "", "  ../other/c.bin  "));

        assertThat(names(ALL, list)).containsExactly("a b.jpg", "c.bin");
        for (Path file : ALL.scan(paths(list))) {
            assertThat(file.getFileSystem().exists(file)).isTrue();
        }
    }

    @Test
    void findsHiddenAndUnmatchedFilesThatAreNamedAsInputs() throws IOException {
        files("_a.bin");

        assertThat(names(new InputScanner(List.of(".jpg")), folder.resolve("_a.bin")))
                .containsExactly("_a.bin");
    }

    @Test
    void asksTheFileSystemOncePerDirectoryAndNeverForBlocks() throws IOException {
        for (int i = 0; i < 200; i++) {
            files("sub" + i % 4 + "/" + i + ".jpg");
        }
        Path input = TestingFileSystem.path(folder);
        ALL.scan(input); // loads the file system
        TestingFileSystem.resetCounters();
        int statusCallsOfListings = 4 + 200; // LocalFileSystem makes one a child inside listStatus

        assertThat(ALL.scan(input)).hasSize(200);

        assertThat(TestingFileSystem.LISTINGS).hasValue(1 + 4);
        assertThat(TestingFileSystem.STATUS_CALLS).hasValue(1 + statusCallsOfListings);
        assertThat(TestingFileSystem.BLOCK_CALLS).hasValue(0);
    }

    @Test
    void failsWhereAnInputHasVanished() {
        assertThatThrownBy(() -> ALL.scan(paths(folder.resolve("gone"))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Invalid input: ");
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            java.nio.file.Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private static List<String> names(InputScanner scanner, java.nio.file.Path... inputs)
            throws IOException {
        return scanner.scan(paths(inputs)).stream().map(Path::getName).toList();
    }

    private static Path[] paths(java.nio.file.Path... inputs) {
        return Arrays.stream(inputs).map(path -> new Path(path.toUri())).toArray(Path[]::new);
    }
}
