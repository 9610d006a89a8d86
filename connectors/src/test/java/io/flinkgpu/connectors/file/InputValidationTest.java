package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.media.MediaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputValidationTest {

    @TempDir java.nio.file.Path folder;

    @Test
    void acceptsDirectoryFileAndList() throws IOException {
        file("a.jpg");
        java.nio.file.Path list = list("a.jpg");

        assertThatCode(
                        () ->
                                MediaFiles.of(
                                                path(folder),
                                                path(folder.resolve("a.jpg")),
                                                path(list))
                                        .extensions(".jpg")
                                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void refusesMissingPath() {
        Path missing = new Path(folder.resolve("missing").toUri());

        assertThatThrownBy(() -> MediaFiles.of(missing).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "Invalid input: %s. It must be an existing directory, file or file list (*.txt).",
                        missing);
    }

    @Test
    void refusesUnknownScheme() {
        assertThatThrownBy(() -> MediaFiles.of(new Path("nosuch://host/a")).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Could not find a file system implementation for scheme");
    }

    @Test
    void refusesEmptyDirectory() {
        Path empty = new Path(folder.toUri());

        assertThatThrownBy(() -> MediaFiles.of(empty).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "Invalid input: %s. It must hold at least one file, hidden ones aside.",
                        empty);
    }

    @Test
    void refusesDirectoryWithoutMatchingFileAndNamesTheExtensions() throws IOException {
        file("notes.md");
        file("sub/.hidden.jpg");
        Path directory = new Path(folder.toUri());

        assertThatThrownBy(() -> MediaFiles.of(directory).extensions(".jpg", ".jpeg").build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "Invalid input: %s. It must hold at least one file that ends in .jpg or .jpeg, hidden ones aside.",
                        directory);
    }

    @Test
    void refusesUnreadableDirectory() throws IOException {
        Files.createDirectory(folder.resolve("denied"));
        Path denied = TestingFileSystem.path(folder.resolve("denied"));

        assertThatThrownBy(() -> MediaFiles.of(denied).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Cannot list directory 'testing:" + denied.getPath())
                .hasMessageContaining("AccessDeniedException");
    }

    @Test
    void refusesUnreadableDirectoryBelowReadableOne() throws IOException {
        file("a.jpg");
        file("sub/denied/b.jpg");

        assertThatThrownBy(() -> MediaFiles.of(TestingFileSystem.path(folder)).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("sub/denied': java.nio.file.AccessDeniedException");
    }

    @Test
    void refusesDirectoryThatIsListedAsNull() throws IOException {
        file("unanswered/a.jpg");

        assertThatThrownBy(() -> MediaFiles.of(TestingFileSystem.path(folder)).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("unanswered': permission denied");
    }

    @Test
    void refusesListThatNamesMissingFilesAndDirectories() throws IOException {
        file("a.jpg");
        file("sub/b.jpg");
        java.nio.file.Path list = list("# digits", "", "a.jpg", "gone/c.jpg", "  sub  ");
        Path input = new Path(list.toUri());

        assertThatThrownBy(() -> MediaFiles.of(input).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("list.txt, line 4: 'gone/c.jpg'. It does not exist.")
                .hasMessageContaining(
                        "list.txt, line 5: 'sub'. It must be a file, not a directory.")
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidInputException.class))
                .extracting(InvalidInputException::problems, InstanceOfAssertFactories.LIST)
                .hasSize(2);
    }

    @Test
    void refusesListThatNamesNothing() throws IOException {
        java.nio.file.Path list = list("# nothing yet", "   ");

        assertThatThrownBy(() -> MediaFiles.of(path(list)).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Invalid file list: ")
                .hasMessageEndingWith("It must name at least one file.");
    }

    @Test
    void tellsTheProblemsOfAllInputsAndShortensTheMessage() throws IOException {
        String[] lines = new String[20];
        Arrays.setAll(lines, i -> "missing-" + i + ".jpg");
        java.nio.file.Path list = list(lines);

        assertThatThrownBy(() -> MediaFiles.of(path(folder.resolve("missing")), path(list)).build())
                .hasMessageStartingWith("Invalid input: ")
                .hasMessageEndingWith("And 11 more problems.")
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidInputException.class))
                .extracting(InvalidInputException::problems, InstanceOfAssertFactories.LIST)
                .hasSize(21);
    }

    @Test
    void refusesInvalidSettings() {
        MediaFiles source = MediaFiles.of(path(folder));

        assertThatThrownBy(() -> source.repeat(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid repeat: 0. It must be within 1 and 1000000.");
        assertThatThrownBy(() -> source.maxFileSize(MemorySize.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid maxFileSize: 0 bytes.");
        assertThatThrownBy(() -> source.maxFileSize(MemorySize.parse("2g")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid maxFileSize: 2147483648 bytes.");
        assertThatThrownBy(() -> source.extensions("jpg"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid extension: 'jpg'. It must start with a dot, such as '.jpg'.");
        assertThatThrownBy(() -> MediaFiles.of(new Path[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid inputs: none.");
    }

    @Test
    void keepsAProblemListThatCannotBeChanged() {
        List<String> problems = new ArrayList<>(List.of("first"));
        InvalidInputException error = new InvalidInputException(problems);

        problems.add("second");

        assertThat(error.problems()).containsExactly("first");
    }

    private void file(String name) throws IOException {
        java.nio.file.Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    private java.nio.file.Path list(String... lines) throws IOException {
        return Files.write(folder.resolve("list.txt"), List.of(lines));
    }

    private static Path path(java.nio.file.Path local) {
        return new Path(local.toUri());
    }
}
