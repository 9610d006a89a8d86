package io.flinkgpu.job.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedosTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path directory;
    private boolean areBranched;

    @Test
    void aLetterIsTakenOnce() throws Exception {
        write("a", letter("1", "images", "DATA"), letter("2", "images", "MODEL"));
        Redos.Selection first = redos().claim(LetterFilter.ALL, false);
        assertThat(Files.readAllLines(local(first)))
                .containsExactly(
                        "{\"id\":\"1\",\"source\":\"images\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"decode\"]}",
                        "{\"id\":\"2\",\"source\":\"images\",\"origin\":{\"path\":\"2.jpg\"},\"elements\":[\"decode\"]}");

        finish(first);
        write("b", letter("3", "images", "DATA"));

        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(1, 0, 0, 0));
    }

    @Test
    void twoLettersOfOneFileAreOneRow() throws Exception {
        String again = letter("1", "images", "DATA").replace("\"id\":\"1\"", "\"id\":\"2\"");
        String line = letter("3", "lines", "DATA");
        write("a", letter("1", "images", "DATA"), again, line, line.replace("\"3\"", "\"4\""));

        Redos.Selection claimed = redos().claim(LetterFilter.ALL, false);

        assertThat(Files.readAllLines(local(claimed)))
                .containsExactly(
                        "{\"id\":\"3\",\"source\":\"lines\",\"origin\":{\"path\":\"3.jpg\"},\"elements\":[\"decode\"]}",
                        "{\"id\":\"4\",\"source\":\"lines\",\"origin\":{\"path\":\"3.jpg\"},\"elements\":[\"decode\"]}",
                        "{\"id\":\"1\",\"source\":\"images\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"decode\"]}",
                        "{\"id\":\"2\"}");
        finish(claimed);
        assertThat(redos().look(LetterFilter.ALL, false).open()).isZero();
    }

    @Test
    void whatAnUnfinishedRedoTookIsLeftOutUnlessItIsWantedAgain() throws Exception {
        write("a", letter("1", "images", "DATA"));
        Redos.Selection unused = redos().claim(LetterFilter.ALL, false);

        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(0, 1, 0, 0));
        assertThat(redos().look(LetterFilter.ALL, true)).isEqualTo(selection(1, 0, 0, 0));
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

        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(0, 0, 2, 0));
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

    @Test
    void lettersOfOneFileStayTogetherWhateverTheFilterSays() throws Exception {
        String other = letter("1", "images", "MODEL").replace("\"id\":\"1\"", "\"id\":\"2\"");
        String third = other.replace("\"id\":\"2\"", "\"id\":\"3\"");
        write("a", other, letter("1", "images", "DATA"), third);
        LetterFilter data = new LetterFilter("", List.of("DATA"), Instant.MIN, Instant.MAX);

        Redos.Selection claimed = redos().claim(data, false);

        assertThat(Files.readAllLines(local(claimed)))
                .containsExactly(
                        "{\"id\":\"2\",\"source\":\"images\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"decode\"]}",
                        "{\"id\":\"1\"}",
                        "{\"id\":\"3\"}");
        write("b", other.replace("\"id\":\"2\"", "\"id\":\"4\""));
        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(0, 4, 0, 0));
    }

    @Test
    void lettersOfElementsThatAreGoneAreLeftOutWhereTheJobHasBranches() throws Exception {
        write("a", letter("1", "images", "DATA").replace("decode", "gone"));

        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(1, 0, 0, 0));
        areBranched = true;
        assertThat(redos().look(LetterFilter.ALL, false)).isEqualTo(selection(0, 0, 0, 1));
    }

    @Test
    void aRowThatFailedInTwoBranchesIsTakenOnce() throws Exception {
        areBranched = true;
        String left = letter("1", "lines", "DATA").replace("decode", "left");
        String right = letter("1", "lines", "DATA").replace("decode", "right");
        write(
                "a",
                left,
                right.replace("\"id\":\"1\"", "\"id\":\"2\""),
                left.replace("\"id\":\"1\"", "\"id\":\"3\""),
                left.replace("\"id\":\"1\"", "\"id\":\"4\"").replace("run-7", "run-8"));

        assertThat(Files.readAllLines(local(redos().claim(LetterFilter.ALL, false))))
                .containsExactly(
                        "{\"id\":\"1\",\"source\":\"lines\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"left\",\"right\"]}",
                        "{\"id\":\"2\"}",
                        "{\"id\":\"3\",\"source\":\"lines\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"left\"]}",
                        "{\"id\":\"4\",\"source\":\"lines\",\"origin\":{\"path\":\"1.jpg\"},\"elements\":[\"left\"]}");
    }

    @Test
    void equalRowsThatFailedBehindEachOtherAreTwo() throws Exception {
        areBranched = true;
        String left = letter("1", "lines", "DATA").replace("decode", "left");
        write("a", left, left.replace("\"id\":\"1\"", "\"id\":\"2\"").replace("left", "left-2"));

        assertThat(Files.readAllLines(local(redos().claim(LetterFilter.ALL, false))))
                .hasSize(2)
                .allMatch(line -> line.contains("origin"));
    }

    @Test
    void ofTwoRedosThatStartAtOnceOneGivesWay() throws Exception {
        write("a", letter("1", "images", "DATA"));
        AtomicReference<Redos.Selection> first = new AtomicReference<>();
        LetterFiles files = new LetterFiles(flinkPath());
        Letters slow =
                each -> {
                    first.set(redos().claim(LetterFilter.ALL, false));
                    files.forEach(each);
                };

        assertThatThrownBy(() -> redos(slow, "_redo").claim(LetterFilter.ALL, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another redo is starting");

        assertThat(claims()).containsExactly(local(first.get()));
    }

    @Test
    void aClaimThatCannotBeFinishedLeavesNothing() throws Exception {
        Letters broken =
                each -> {
                    throw new IOException("gone");
                };

        assertThatThrownBy(() -> redos(broken, "_redo").claim(LetterFilter.ALL, false))
                .hasMessage("gone");

        assertThat(claims()).isEmpty();
    }

    @Test
    void aDamagedClaimIsNamed() throws Exception {
        Path claim = Files.createDirectory(directory.resolve("_redo")).resolve("x.jsonl");
        Files.writeString(claim, "{\"id\":\"1\",\"sou");

        assertThatThrownBy(() -> redos().look(LetterFilter.ALL, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("_redo/x.jsonl");
    }

    @Test
    void whatWasRedoneStaysKnownBehindAnotherFirstPlace() throws Exception {
        write("a", letter("1", "images", "DATA"));
        Redos.Selection first = redos().claim(LetterFilter.ALL, false);
        LetterFiles files = new LetterFiles(flinkPath());

        assertThat(redos(files, "new", "_redo").look(LetterFilter.ALL, false))
                .isEqualTo(selection(0, 1, 0, 0));
        finish(first);
        assertThat(redos(files, "new", "_redo").look(LetterFilter.ALL, false))
                .isEqualTo(selection(0, 0, 0, 0));
    }

    @Test
    void whatIsStillBadIsCountedByClass() throws Exception {
        write("a", letter("1", "images", "DATA"));
        Redos.Selection claimed = redos().claim(LetterFilter.ALL, false);
        String token = Redos.tokenOf(claimed.claim());
        write(
                "b",
                letter("2", "images", "DATA").replace("null", "\"" + token + "\""),
                letter("3", "images", "DATA"));

        assertThat(redos().stillBad(claimed.claim())).isEqualTo(Map.of("DATA", 1L));
    }

    private List<Path> claims() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("_redo"))) {
            return files.toList();
        }
    }

    private static Redos.Selection selection(long open, long taken, long unknown, long branched) {
        return new Redos.Selection(open, taken, unknown, branched, null);
    }

    private long open(LetterFilter filter) throws Exception {
        return redos().look(filter, false).open();
    }

    private Redos redos() {
        return redos(new LetterFiles(flinkPath()), "_redo");
    }

    private Redos redos(Letters letters, String... roots) {
        return new Redos(
                letters,
                Stream.of(roots)
                        .map(root -> new org.apache.flink.core.fs.Path(flinkPath(), root))
                        .toList(),
                new Redos.Remaking(
                        Map.of("images", true, "lines", false), new NamedWays(areBranched)),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private org.apache.flink.core.fs.Path flinkPath() {
        return new org.apache.flink.core.fs.Path(directory.toUri());
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

    /** Rows go from an element to those whose names begin with its own. */
    private record NamedWays(boolean areAny) implements Redos.Ways {

        @Override
        public boolean leadTo(String element) {
            return !element.equals("gone");
        }

        @Override
        public boolean areApart(String one, String other) {
            return !one.startsWith(other) && !other.startsWith(one);
        }
    }
}
