package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryQueueTest {

    private static final int BOUND = 4;

    private final ManualClock clock = new ManualClock();
    private final EntryQueue queue = new EntryQueue(BOUND, clock::nanos, clock);

    @Test
    void keepsAllInOrderWhileThereIsRoom() {
        List<LedgerEntry> entries =
                List.of(
                        TestingEntries.begun("r"),
                        TestingEntries.progress("r", 1, "a"),
                        TestingEntries.progress("r", 2, "a"),
                        TestingEntries.event("r", 1));

        entries.forEach(queue::put);

        assertThat(queue.take(10)).isEqualTo(entries);
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void keepsTheNewestProgressOfEachOperatorAtTheBound() {
        queue.put(TestingEntries.begun("r"));
        for (int checkpoint = 1; checkpoint <= 100; checkpoint++) {
            queue.put(TestingEntries.checkpoint("r", checkpoint));
            queue.put(TestingEntries.progress("r", checkpoint, "a"));
            queue.put(TestingEntries.progress("r", checkpoint, "b"));
            queue.put(TestingEntries.position("r", checkpoint));
        }

        assertThat(queue.size()).isLessThanOrEqualTo(BOUND + 4);
        assertThat(queue.take(10))
                .startsWith(TestingEntries.begun("r"))
                .contains(
                        TestingEntries.checkpoint("r", 100),
                        TestingEntries.progress("r", 100, "a"),
                        TestingEntries.progress("r", 100, "b"),
                        TestingEntries.position("r", 100));
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void keepsSavepointsAndBeginningAndEnd() {
        queue.put(TestingEntries.begun("r"));
        queue.put(TestingEntries.savepoint("r", 1));
        for (int restart = 1; restart <= 50; restart++) {
            queue.put(TestingEntries.failed("r", TestingEntries.START.plusSeconds(2L * restart)));
            queue.put(
                    TestingEntries.begun("r", TestingEntries.START.plusSeconds(2L * restart + 1)));
        }
        queue.put(TestingEntries.failed("r", TestingEntries.START.plusSeconds(200)));

        assertThat(queue.size()).isLessThanOrEqualTo(BOUND + 1);
        assertThat(queue.take(10))
                .startsWith(TestingEntries.begun("r"), TestingEntries.savepoint("r", 1))
                .endsWith(TestingEntries.failed("r", TestingEntries.START.plusSeconds(200)));
    }

    @Test
    void dropsAndCountsEventsBeyondTheBound() {
        for (int number = 1; number <= 7; number++) {
            queue.put(TestingEntries.event(number == 7 ? "other" : "r", number));
        }

        assertThat(queue.dropped()).isEqualTo(3);
        List<LedgerEntry> taken = queue.take(10);
        assertThat(taken).hasSize(6).contains(TestingEntries.event("r", 4));
        assertThat(taken)
                .filteredOn(entry -> ((LedgerEntry.RunEvent) entry).kind().equals("EntriesDropped"))
                .extracting(entry -> entry.run() + ": " + ((LedgerEntry.RunEvent) entry).detail())
                .containsExactly(
                        "r: 2 entries that the database could not take",
                        "other: 1 entries that the database could not take");
    }

    @Test
    void makesRoomForAnEventFromProgress() {
        queue.put(TestingEntries.progress("r", 1, "a"));
        queue.put(TestingEntries.progress("r", 2, "a"));
        queue.put(TestingEntries.progress("r", 3, "a"));
        queue.put(TestingEntries.progress("r", 4, "a"));

        queue.put(TestingEntries.event("r", 1));

        assertThat(queue.take(10))
                .containsExactly(
                        TestingEntries.progress("r", 4, "a"), TestingEntries.event("r", 1));
    }

    @Test
    void takesWhatWasGivenBackFirst() {
        queue.put(TestingEntries.begun("r"));
        queue.put(TestingEntries.event("r", 1));
        List<LedgerEntry> taken = queue.take(10);
        queue.put(TestingEntries.event("r", 2));

        queue.giveBack();

        assertThat(queue.take(2)).isEqualTo(taken);
        queue.written();
        assertThat(queue.take(2)).containsExactly(TestingEntries.event("r", 2));
    }

    @Test
    void countsWhatIsTakenAgainstTheBound() {
        for (int number = 1; number <= BOUND; number++) {
            queue.put(TestingEntries.event("r", number));
        }
        List<LedgerEntry> unused = queue.take(BOUND);

        queue.put(TestingEntries.event("r", 9));

        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void lagIsTheAgeOfTheOldestEvenIfANewerStandsForIt() {
        assertThat(queue.lag()).isZero();
        for (int checkpoint = 1; checkpoint <= 10; checkpoint++) {
            queue.put(TestingEntries.progress("r", checkpoint, "a"));
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(queue.lag()).isEqualTo(Duration.ofSeconds(10));

        List<LedgerEntry> unused = queue.take(10);
        assertThat(queue.lag()).isEqualTo(Duration.ofSeconds(10));
        queue.written();
        assertThat(queue.lag()).isZero();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void doesNotCountARefusedCountAgain() {
        queue.refused(TestingEntries.event("r", 1));
        LedgerEntry count = queue.take(10).get(0);

        queue.refused(count);
        queue.written();

        assertThat(queue.take(10)).isEmpty();
        assertThat(queue.dropped()).isEqualTo(2);
    }
}
