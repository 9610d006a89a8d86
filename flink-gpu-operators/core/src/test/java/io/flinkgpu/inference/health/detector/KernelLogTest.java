package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogTest {

    private Path file;

    @BeforeEach
    void nameAFile(@TempDir Path directory) {
        file = directory.resolve("kern.log");
    }

    @Test
    void startsAtTheEndOfTheFile() throws IOException {
        append("before\n");
        KernelLog log = new KernelLog(file);
        assertThat(log.newLines()).isEmpty();

        append("after\nthat\n");

        assertThat(log.newLines()).containsExactly("after", "that");
        assertThat(log.newLines()).isEmpty();
    }

    @Test
    void waitsForTheEndOfALine() throws IOException {
        append("");
        KernelLog log = new KernelLog(file);

        append("whole\nhal");
        assertThat(log.newLines()).containsExactly("whole");

        append("f\n");
        assertThat(log.newLines()).containsExactly("half");
    }

    @Test
    void readsAFileThatAppearsLaterFromItsStart() throws IOException {
        KernelLog log = new KernelLog(file);
        assertThat(log.newLines()).isEmpty();

        append("first\n");

        assertThat(log.newLines()).containsExactly("first");
    }

    @Test
    void readsAFileThatWasBegunAnewFromItsStart() throws IOException {
        append("a line of the old file\n");
        KernelLog log = new KernelLog(file);

        Files.writeString(file, "new\n");

        assertThat(log.newLines()).containsExactly("new");
    }

    @Test
    void readsMoreThanFitsAtOnceInPieces() throws IOException {
        append("");
        KernelLog log = new KernelLog(file);
        String line = "x".repeat(1023) + "\n";
        append(line.repeat(1024) + "last\n");

        assertThat(log.newLines()).hasSize(1024);
        assertThat(log.newLines()).containsExactly("last");
    }

    @Test
    void skipsWhatHasNoEnd() throws IOException {
        append("");
        KernelLog log = new KernelLog(file);
        append("x".repeat(1 << 20) + "rest\nnext\n");

        assertThat(log.newLines()).isEmpty();
        assertThat(log.newLines()).containsExactly("rest", "next");
    }

    @Test
    void keepsItsPlaceAmongBytesThatAreNoText() throws IOException {
        append("");
        KernelLog log = new KernelLog(file);
        Files.write(file, new byte[] {(byte) 0xC3, (byte) 0xFF, '\n'}, StandardOpenOption.APPEND);
        log.newLines();

        append("next\n");

        assertThat(log.newLines()).containsExactly("next");
    }

    @Test
    void hasNoLinesWhereItCannotRead() throws IOException {
        Files.createDirectory(file);

        assertThat(new KernelLog(file).newLines()).isEmpty();
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
