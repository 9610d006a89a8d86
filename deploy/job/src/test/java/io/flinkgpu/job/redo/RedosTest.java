package io.flinkgpu.job.redo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedosTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path directory;

    @Test
    void aLetterIsTakenOnce() throws Exception {
        write("a", letter("1", "images", "DATA"), letter("2", "images", "MODEL"));
        Redos.Selection first = redos().claim(LetterFilter.ALL, false);
        assertThat(Files.readAllLines(local(first)))
                .containsExactly(
                        "{\"id\":\"1\",\"source\":\"images\",\"origin\":{\"path\":\"1.jpg\"}}",
                        "{\"id\":\"2\",\"source\":\"images\",\"origin\":{\"path\":\"2.jpg\"}}");

        finish(first);
        write("b", letter("3", "images", "DATA"));

        assertThat(redos().look(LetterFilter.ALL, false))
                .isEqualTo(new Redos.Selection(1, 0, 0, null));
    }

    @Test
    void twoLettersOfOneFileAreOneRow() throws Exception {
        String again = letter("1", "images", "DATA").replace("\"id\":\"1\"", "\"id\":\"2\"");
        String line = letter("3", "lines", "DATA");
        write("a", letter("1", "images", "DATA"), again, line, line.replace("\"3\"", "\"4\""));

        Redos.Selection claimed = redos().claim(LetterFilter.ALL, false);

        assertThat(Files.readAllLines(local(claimed)))
                .containsExactly(
                        "{\"id\":\"1\",\"source\":\"images\",\"origin\":{\"path\":\"1.jpg\"}}",
                        "{\"id\":\"2\"}",
                        "{\"id\":\"3\",\"source\":\"lines\",\"origin\":{\"path\":\"3.jpg\"}}",
                        "{\"id\":\"4\",\"source\":\"lines\",\"origin\":{\"path\":\"3.jpg\"}}");
        finish(claimed);
        assertThat(redos().look(LetterFilter.ALL, false).open()).isZero();
    }

    @Test
    void whatAnUnfinishedRedoTookIsLeftOutUnlessItIsWantedAgain() throws Exception {
        write("a", letter("1", "images", "DATA"));
        Redos.Selection unused = redos().claim(LetterFilter.ALL, false);

        assertThat(redos().look(LetterFilter.ALL, false))
                .isEqualTo(new Redos.Selection(0, 1, 0, null));
        assertThat(redos().look(LetterFilter.ALL, true))
                .isEqualTo(new Redos.Selection(1, 0, 0, null));
    }

    @Test
    void aReleasedClaimTakesNothing() throws Exception {
        write("a", letter("1", "images", "DATA"));

        redos().release(redos().claim(LetterFilter.ALL, false).claim());

        assertThat(redos().look(LetterFilter.ALL, false).open()).isOne();
    }

    @Test
    void lettersOfOtherSourcesAndOldOnesWithoutOriginAreCounted() throws Exception {
        write(
                "a",
                letter("1", "others", "DATA"),
                "{\"errorClass\":\"DATA\",\"exception\":\"E\",\"cause\":\"c\",\"row\":{\"path\":\"x\"}}");

        assertThat(redos().look(LetterFilter.ALL, false))
                .isEqualTo(new Redos.Selection(0, 0, 2, null));
    }

    @Test
    void aFilterChoosesByRunClassAndTime() throws Exception {
        write("a", letter("1", "images", "DATA"), letter("2", "images", "MODEL"));
        Instant failed = Instant.parse("2026-02-01T00:00:00Z");

        assertThat(open(new LetterFilter("", List.of("data"), Instant.MIN, Instant.MAX))).isOne();
        assertThat(open(new LetterFilter("", List.of("Bad"), Instant.MIN, Instant.MAX)))
                .isEqualTo(2);
        assertThat(open(new LetterFilter("run", List.of(), failed, Instant.MAX))).isEqualTo(2);
        assertThat(open(new LetterFilter("other", List.of(), failed, Instant.MAX))).isZero();
        assertThat(open(new LetterFilter("", List.of(), Instant.MIN, failed))).isZero();
    }

    private long open(LetterFilter filter) throws Exception {
        return redos().look(filter, false).open();
    }

    private Redos redos() {
        org.apache.flink.core.fs.Path letters =
                new org.apache.flink.core.fs.Path(directory.toUri());
        return new Redos(
                new LetterFiles(letters),
                new org.apache.flink.core.fs.Path(letters, "_redo"),
                Map.of("images", true, "lines", false),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static String letter(String id, String source, String errorClass) {
        return """
        {"element":"decode","errorClass":"%s","exception":"Bad","cause":"c","failedAt":"2026-02-01T00:00:00Z",\
        "row":{},"id":"%s","run":"run-7","redo":null,"source":"%s","origin":{"path":"%s.jpg"}}"""
                .formatted(errorClass, id, source, id);
    }

    private void write(String name, String... lines) throws Exception {
        Files.write(directory.resolve(name + ".jsonl"), List.of(lines));
    }

    private static Path local(Redos.Selection selection) {
        return Path.of(selection.claim().toUri().getPath());
    }

    /** As the run's own sink does. */
    private static void finish(Redos.Selection selection) throws Exception {
        Path marks = local(selection).resolveSibling("finished");
        Files.createDirectories(marks);
        Files.writeString(
                marks.resolve("part-0.jsonl"),
                "{\"token\":\"%s\"}\n".formatted(Redos.tokenOf(selection.claim())));
    }
}
