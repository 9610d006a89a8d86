package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links and names that make a listing or a path go wrong. */
class UnusualNamesTest {

    private static final InputScanner SCANNER = new InputScanner(List.of());

    @TempDir java.nio.file.Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                " a.jpg",
                "   a.jpg",
                "a.jpg ",
                " ",
                "12:30.jpg",
                "a:b.jpg",
                "s3:b",
                "a\\b.jpg",
                "100%.jpg",
                "%20.jpg",
                "a#b?c.jpg",
                "\u00e4.jpg",
                "a\nb.jpg",
                "~a.jpg"
            })
    void readsAFileOfADirectoryWhateverItsName(String name) throws IOException {
        Files.writeString(folder.resolve("first.jpg"), "first");
        Files.writeString(folder.resolve(name), name);

        List<Path> files = SCANNER.scan(new Path(folder.toUri()));

        assertThat(contents(files)).containsExactlyInAnyOrder("first", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {" a.jpg", "a.jpg ", "12:30.jpg", "a:b.jpg", "sub/ c.jpg"})
    void readsAFileOfAListWhateverItsName(String name) throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("a.jpg"), "another file");
        Files.writeString(folder.resolve(name), name);

        assertThat(contents(SCANNER.scan(list(name)))).containsExactly(name);
    }

    @Test
    void trimsALineOfAListWhoseFileDoesNotExistAsItStands() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");

        assertThat(contents(SCANNER.scan(list("  a.jpg  ")))).containsExactly("a");
    }

    @Test
    void readsFilesOnceWhereLinksLeadUpwards() throws IOException {
        java.nio.file.Path sub = Files.createDirectories(folder.resolve("sub/deep"));
        Files.writeString(sub.resolve("a.jpg"), "a");
        Files.createSymbolicLink(sub.resolve("to-root"), folder);
        Files.createSymbolicLink(sub.resolve("to-parent"), java.nio.file.Path.of(".."));
        Files.createSymbolicLink(sub.resolve("to-itself"), java.nio.file.Path.of("."));

        assertThat(contents(SCANNER.scan(new Path(folder.toUri())))).containsExactly("a");
    }

    @Test
    void followsLinksToOtherDirectories() throws IOException {
        Files.createDirectories(folder.resolve("input"));
        Files.createDirectories(folder.resolve("other"));
        Files.writeString(folder.resolve("other/a.jpg"), "a");
        Files.createSymbolicLink(folder.resolve("input/one"), folder.resolve("other"));
        Files.createSymbolicLink(folder.resolve("input/two"), folder.resolve("other"));

        assertThat(contents(SCANNER.scan(new Path(folder.resolve("input").toUri()))))
                .containsExactly("a", "a");
    }

    @Test
    void reportsABrokenLinkAsAFileThatCannotBeRead() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");
        Files.createSymbolicLink(folder.resolve("b.jpg"), folder.resolve("gone.jpg"));
        Files.createSymbolicLink(folder.resolve("loop.jpg"), folder.resolve("loop.jpg"));

        List<FileContent> files = read(SCANNER.scan(new Path(folder.toUri())));

        assertThat(files)
                .extracting(file -> file.readFailure().isPresent())
                .containsExactly(false, true, true);
        assertThat(files.get(1).failure().errorClass()).isEqualTo("java.io.FileNotFoundException");
    }

    @Test
    @Timeout(60) // reading a pipe would never end
    void leavesPipesOut() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "a");
        int exit =
                new ProcessBuilder("mkfifo", folder.resolve("b.jpg").toString()).start().waitFor();
        assertThat(exit).isZero();

        assertThat(contents(SCANNER.scan(new Path(folder.toUri())))).containsExactly("a");
    }

    private Path list(String line) throws IOException {
        return new Path(Files.write(folder.resolve("list.txt"), List.of(line)).toUri());
    }

    private static List<String> contents(List<Path> files) throws IOException {
        return read(files).stream()
                .map(file -> new String(file.content(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<FileContent> read(List<Path> files) throws IOException {
        FileLoader loader = new FileLoader(1000, false);
        List<FileContent> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(loader.load(FoundFile.named(file)));
        }
        return contents;
    }
}
