package io.flinkgpu.state.ledger;

import static io.flinkgpu.state.ledger.TestingEntries.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database must do as a ledger. */
abstract class RunLedgerContract {

    private RunLedger ledger;

    /** The URL of a database that holds what earlier tests have left. */
    abstract String url() throws Exception;

    /** A run id that no other test uses. */
    private final String run = UUID.randomUUID().toString();

    @BeforeEach
    void open() throws Exception {
        ledger = RunLedger.open(LedgerConfig.of(url()));
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    @Test
    void givesBackWhatItWasTold() throws Exception {
        LedgerEntry.RunBegun begun =
                new LedgerEntry.RunBegun(
                        run,
                        "digits ✓",
                        new LedgerEntry.Job("0123abcd", "Digits of 'today'"),
                        List.of("--input", "/a b", "", "--input"),
                        START,
                        new LedgerEntry.Origin("earlier", "file:/checkpoints/chk-7"));
        LedgerEntry.RunEnded ended = TestingEntries.failed(run, START.plusSeconds(100));

        ledger.record(
                List.of(
                        begun,
                        TestingEntries.stage(run, "a"),
                        TestingEntries.stage(run, "b"),
                        TestingEntries.checkpoint(run, 1),
                        TestingEntries.progress(run, 1, "a"),
                        TestingEntries.progress(run, 1, "b"),
                        TestingEntries.position(run, 1),
                        TestingEntries.savepoint(run, 2),
                        TestingEntries.progress(run, 2, "a"),
                        TestingEntries.event(run, 1),
                        ended));

        assertThat(ledger.run(run))
                .contains(
                        new Run(
                                begun,
                                ended.time(),
                                ended,
                                List.of(
                                        TestingEntries.stage(run, "a"),
                                        TestingEntries.stage(run, "b")),
                                TestingEntries.savepoint(run, 2),
                                Duration.ofSeconds(1),
                                List.of(
                                        TestingEntries.progress(run, 2, "a"),
                                        TestingEntries.progress(run, 1, "b"))));
        assertThat(ledger.history(run))
                .isEqualTo(
                        new RunHistory(
                                List.of(
                                        TestingEntries.checkpoint(run, 1),
                                        TestingEntries.savepoint(run, 2)),
                                List.of(
                                        TestingEntries.progress(run, 1, "a"),
                                        TestingEntries.progress(run, 1, "b"),
                                        TestingEntries.progress(run, 2, "a")),
                                List.of(TestingEntries.position(run, 1)),
                                List.of(TestingEntries.event(run, 1))));
    }

    @Test
    void recordsOnceWhatIsToldTwice() throws Exception {
        List<LedgerEntry> entries =
                List.of(
                        TestingEntries.begun(run),
                        TestingEntries.stage(run, "a"),
                        TestingEntries.checkpoint(run, 1),
                        TestingEntries.progress(run, 1, "a"),
                        TestingEntries.position(run, 1),
                        TestingEntries.event(run, 2),
                        TestingEntries.failed(run, START.plusSeconds(9)));
        ledger.record(entries);
        Run once = ledger.run(run).orElseThrow();
        RunHistory history = ledger.history(run);

        ledger.record(entries);

        assertThat(ledger.run(run)).contains(once);
        assertThat(ledger.history(run)).isEqualTo(history);
    }

    @Test
    void remembersHowARunWasSubmitted() throws Exception {
        String text = "name: digits ✓\npath: ${INPUT}\n" + "# long\n".repeat(2_000);
        Submission first =
                new Submission(
                        "cluster /tmp/cluster",
                        "http://localhost:8081",
                        Program.jobFile("/jobs/digits.yaml", text, Map.of("OUTPUT", "/out")));
        ledger.record(List.of(TestingEntries.begun(run), new LedgerEntry.RunSubmitted(run, first)));
        assertThat(ledger.submission(run)).contains(first);

        Submission again =
                new Submission("flink", "", Program.jar("/jobs/digits.jar", "org.example.Digits"));
        ledger.record(List.of(new LedgerEntry.RunSubmitted(run, again)));
        assertThat(ledger.submission(run)).contains(again);

        ledger.record(List.of(new LedgerEntry.RunSubmitted(run, new Submission("", "", null))));
        assertThat(ledger.submission(run)).contains(new Submission("", "", null));
        assertThat(ledger.submission("none")).isEmpty();
    }

    @Test
    void findsTheRunsThatWereResumedFromOne() throws Exception {
        String second = UUID.randomUUID().toString();
        ledger.record(
                List.of(
                        TestingEntries.begun(run),
                        new LedgerEntry.RunBegun(
                                second,
                                "digits",
                                new LedgerEntry.Job("00", "Digits"),
                                List.of(),
                                START.plusSeconds(60),
                                new LedgerEntry.Origin(run, "file:/checkpoints/chk-7"))));

        assertThat(ledger.resumedFrom(run)).extracting(Run::id).containsExactly(second);
        assertThat(ledger.resumedFrom(second)).isEmpty();
    }

    @Test
    void knowsTheRhythmOfCheckpoints() throws Exception {
        ledger.record(List.of(TestingEntries.begun(run)));
        assertThat(ledger.run(run).orElseThrow().checkpointGap()).isZero();

        ledger.record(List.of(TestingEntries.checkpoint(run, 600)));
        assertThat(ledger.run(run).orElseThrow().checkpointGap()).isEqualTo(Duration.ofMinutes(10));

        for (int id : new int[] {610, 625, 635, 645}) {
            ledger.record(List.of(TestingEntries.checkpoint(run, id)));
        }
        assertThat(ledger.run(run).orElseThrow().checkpointGap()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void takesTheLatestWord() throws Exception {
        LedgerEntry.OperatorProgress later =
                new LedgerEntry.OperatorProgress(run, 1, "a", 7, 6, 5, 4, 3.5);
        ledger.record(
                List.of(
                        TestingEntries.begun(run),
                        TestingEntries.progress(run, 1, "a"),
                        TestingEntries.failed(run, START.plusSeconds(5))));

        ledger.record(List.of(later));

        assertThat(ledger.run(run).orElseThrow().progress()).containsExactly(later);
    }

    @Test
    void continuesARunThatBeginsAgain() throws Exception {
        ledger.record(
                List.of(
                        TestingEntries.begun(run),
                        TestingEntries.failed(run, START.plusSeconds(5))));

        ledger.record(
                List.of(
                        new LedgerEntry.RunBegun(
                                run,
                                "another name",
                                new LedgerEntry.Job("another", "Job"),
                                List.of(),
                                START.plusSeconds(60),
                                null)));

        Run continued = ledger.run(run).orElseThrow();
        assertThat(continued.ended()).isNull();
        assertThat(continued.lastSeen()).isEqualTo(START.plusSeconds(60));
        assertThat(continued.begun().time()).isEqualTo(START);
        assertThat(continued.begun().name()).isEqualTo("digits");
        assertThat(continued.begun().arguments()).hasSize(4);
        assertThat(continued.begun().job()).isEqualTo(new LedgerEntry.Job("another", "Job"));
    }

    @Test
    void recordsAllOrNothing() throws Exception {
        List<LedgerEntry> halfUnknown =
                List.of(
                        TestingEntries.begun(run),
                        TestingEntries.checkpoint("never begun " + run, 1));

        assertThatThrownBy(() -> ledger.record(halfUnknown))
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        refused -> assertThat(refused.isRetryable()).isFalse())
                .hasMessageStartingWith("Cannot write the ledger at jdbc:");

        assertThat(ledger.run(run)).isEmpty();
    }

    @Test
    void takesAnyText() throws Exception {
        String text = "nul \0, half a pair \uD83D, and " + "long 🙂 ".repeat(2000);
        LedgerEntry.RunEvent event =
                new LedgerEntry.RunEvent(run, UUID.randomUUID(), START, "Kind", "s", text);

        ledger.record(List.of(TestingEntries.begun(run), event));

        assertThat(ledger.history(run).events())
                .singleElement()
                .satisfies(
                        held ->
                                assertThat(held.detail())
                                        .startsWith("nul ")
                                        .endsWith("…")
                                        .hasSizeLessThanOrEqualTo(LedgerEntry.MAX_TEXT));
    }

    @Test
    void findsByIdThenTheNewestByName() throws Exception {
        String name = "name of " + run;
        ledger.record(
                List.of(
                        named("1" + run, name, START),
                        named("3" + run, name, START.plusSeconds(2)),
                        named("2" + run, name, START.plusSeconds(1)),
                        named(name, "its id is the others' name", START)));

        assertThat(ledger.run("2" + run)).map(Run::id).contains("2" + run);
        assertThat(ledger.run(name)).map(Run::id).contains(name);
        assertThat(ledger.run("its id is the others' name")).map(Run::id).contains(name);
        assertThat(ledger.run("no such run")).isEmpty();
    }

    @Test
    void findsTheNewestOfAName() throws Exception {
        String name = "name of " + run;
        ledger.record(
                List.of(
                        named("1" + run, name, START),
                        named("3" + run, name, START.plusSeconds(2)),
                        named("2" + run, name, START.plusSeconds(1))));

        assertThat(ledger.run(name)).map(Run::id).contains("3" + run);
    }

    @Test
    void listsTheNewestRunsFirst() throws Exception {
        Instant future = START.plus(Duration.ofDays(3650));
        ledger.record(
                List.of(
                        TestingEntries.begun("1" + run, future),
                        TestingEntries.begun("3" + run, future.plusSeconds(2)),
                        TestingEntries.begun("2" + run, future.plusSeconds(1))));

        assertThat(ledger.runs(2)).extracting(Run::id).containsExactly("3" + run, "2" + run);
        forgetAllBefore(future.plusSeconds(3));
    }

    @Test
    void forgetsOldRunsWithAllThatIsTheirs() throws Exception {
        ledger.record(
                List.of(
                        TestingEntries.begun(run),
                        TestingEntries.stage(run, "a"),
                        TestingEntries.checkpoint(run, 1),
                        TestingEntries.event(run, 3)));

        forgetAllBefore(START.plus(Duration.ofDays(100)));

        assertThat(ledger.run(run)).isEmpty();
        assertThat(ledger.history(run))
                .isEqualTo(new RunHistory(List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void keepsTheNewestRunsAndThoseThatGoOn() throws Exception {
        Instant now = START.plus(Duration.ofDays(7300));
        forgetAllBefore(now);
        List<LedgerEntry> entries = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            entries.add(TestingEntries.begun(number + run, now.plusSeconds(number)));
            if (number != 1) {
                entries.add(TestingEntries.failed(number + run, now.plusSeconds(number)));
            }
        }
        ledger.record(entries);

        try (RunLedger small = RunLedger.open(keeping(2, 1000, 1000))) {
            small.forget(now.plusSeconds(9), run);
        }

        assertThat(ledger.runs(9))
                .extracting(Run::id)
                .containsExactly("4" + run, "3" + run, "1" + run);
        forgetAllBefore(now.plus(Duration.ofDays(1)));
    }

    @Test
    void thinsOlderCheckpointsOut() throws Exception {
        List<LedgerEntry> entries = new ArrayList<>();
        entries.add(TestingEntries.begun(run));
        for (int id = 1; id <= 12; id++) {
            entries.add(
                    id == 4
                            ? TestingEntries.savepoint(run, id)
                            : TestingEntries.checkpoint(run, id));
            entries.add(TestingEntries.progress(run, id, "a"));
            entries.add(TestingEntries.position(run, id));
        }
        entries.add(TestingEntries.progress(run, 13, "a"));
        ledger.record(entries);

        try (RunLedger small = RunLedger.open(keeping(1000, 10, 1000))) {
            small.forget(START, run);
        }

        RunHistory history = ledger.history(run);
        assertThat(history.checkpoints())
                .extracting(LedgerEntry.CheckpointCompleted::id)
                .containsExactly(1L, 3L, 4L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(history.progress())
                .extracting(LedgerEntry.OperatorProgress::checkpoint)
                .containsExactly(1L, 3L, 4L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
        assertThat(history.positions()).hasSize(10);
    }

    @Test
    void keepsTheNewestEvents() throws Exception {
        List<LedgerEntry> entries = new ArrayList<>();
        entries.add(TestingEntries.begun(run));
        for (int number = 0; number < 5; number++) {
            entries.add(
                    LedgerEntry.RunEvent.of(
                            run, START.plusSeconds(number), "Kind", "" + number, ""));
        }
        ledger.record(entries);

        try (RunLedger small = RunLedger.open(keeping(1000, 10, 2))) {
            small.forget(START, run);
        }

        assertThat(ledger.history(run).events())
                .extracting(LedgerEntry.RunEvent::subject)
                .containsExactly("3", "4");
    }

    @Test
    void isReadWhileAnotherWrites() throws Exception {
        try (RunLedger other = RunLedger.open(LedgerConfig.of(url()))) {
            other.record(List.of(TestingEntries.begun(run)));

            assertThat(ledger.run(run)).isPresent();
        }
    }

    private void forgetAllBefore(Instant time) throws LedgerException {
        ledger.forget(time.plus(LedgerConfig.of("jdbc:sqlite:any").retention().maxAge()), run);
    }

    private LedgerConfig keeping(int runs, int checkpoints, int events) throws Exception {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, url());
        options.set(LedgerOptions.MAX_RUNS, runs);
        options.set(LedgerOptions.MAX_CHECKPOINTS, checkpoints);
        options.set(LedgerOptions.MAX_EVENTS, events);
        options.set(LedgerOptions.MAX_AGE, Duration.ofDays(36500));
        return LedgerConfig.from(options, Map.of()).orElseThrow();
    }

    private static LedgerEntry.RunBegun named(String id, String name, Instant time) {
        return new LedgerEntry.RunBegun(
                id, name, new LedgerEntry.Job("j", "Job"), List.of(), time, null);
    }
}
