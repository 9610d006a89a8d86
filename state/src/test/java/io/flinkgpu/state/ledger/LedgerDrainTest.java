package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LedgerDrainTest {

    private final ManualClock clock = new ManualClock();
    private final EntryQueue queue = new EntryQueue(5000, clock::nanos, clock);
    private final TestingRunLedger ledger = new TestingRunLedger();
    private final LedgerDrain drain =
            new LedgerDrain(
                    queue,
                    LedgerConfig.of("jdbc:sqlite:/ledger.db"),
                    ledger::open,
                    clock::nanos,
                    clock);

    @Test
    void writesWhatWaitsAndThenRests() {
        queue.put(TestingEntries.begun("r"));
        queue.put(TestingEntries.checkpoint("r", 1));

        assertThat(drain.step()).isZero();
        assertThat(drain.step()).isEqualTo(LedgerDrain.IDLE);

        assertThat(ledger.recorded)
                .containsExactly(TestingEntries.begun("r"), TestingEntries.checkpoint("r", 1));
        assertThat(ledger.opened).isEqualTo(1);
    }

    @Test
    void writesWhatComesTogetherAfterARestAtOnce() {
        Duration unused = drain.step();
        queue.put(TestingEntries.begun("r"));

        assertThat(drain.step()).isEqualTo(Duration.ofMillis(50));
        clock.advance(Duration.ofMillis(20));
        queue.put(TestingEntries.checkpoint("r", 1));
        assertThat(drain.step()).isEqualTo(Duration.ofMillis(30));
        clock.advance(Duration.ofMillis(30));
        assertThat(drain.step()).isZero();

        assertThat(ledger.batches)
                .containsExactly(
                        List.of(TestingEntries.begun("r"), TestingEntries.checkpoint("r", 1)));
        assertThat(drain.step()).isEqualTo(LedgerDrain.IDLE);
    }

    @Test
    void opensNothingBeforeTheFirstEntry() {
        assertThat(drain.step()).isEqualTo(LedgerDrain.IDLE);

        assertThat(ledger.tries).isZero();
    }

    @Test
    void pausesLongerAndLongerWhileTheDatabaseIsAway() {
        ledger.away = true;
        queue.put(TestingEntries.begun("r"));
        List<Duration> pauses = new ArrayList<>();

        for (int attempt = 0; attempt < 10; attempt++) {
            pauses.add(drain.step());
            clock.advance(pauses.get(attempt));
        }

        assertThat(pauses)
                .containsExactlyElementsOf(
                        LongStream.of(100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000)
                                .mapToObj(Duration::ofMillis)
                                .toList());
    }

    @Test
    void triesNoSoonerForMoreEntries() {
        ledger.away = true;
        queue.put(TestingEntries.begun("r"));
        Duration unused = drain.step();
        clock.advance(Duration.ofMillis(30));
        queue.put(TestingEntries.event("r", 1));

        assertThat(drain.step()).isEqualTo(Duration.ofMillis(70));

        assertThat(ledger.tries).isEqualTo(1);
    }

    @Test
    void writesAllInOrderWhenTheDatabaseIsBack() {
        List<LedgerEntry> entries = new ArrayList<>();
        entries.add(TestingEntries.begun("r"));
        for (int number = 0; number < 1200; number++) {
            entries.add(TestingEntries.event("r", number));
        }
        ledger.away = true;
        entries.forEach(queue::put);
        Duration pause = drain.step();
        ledger.away = false;
        clock.advance(pause);

        while (drain.step().isZero()) {
            assertThat(ledger.recorded).isNotEmpty();
        }

        assertThat(ledger.recorded).isEqualTo(entries);
        assertThat(queue.lag()).isZero();
    }

    @Test
    void startsWithAShortPauseAgainAfterASuccess() {
        ledger.away = true;
        queue.put(TestingEntries.begun("r"));
        clock.advance(drain.step());
        clock.advance(drain.step());
        ledger.away = false;
        assertThat(drain.step()).isZero();
        ledger.away = true;
        queue.put(TestingEntries.event("r", 1));

        assertThat(drain.step()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void givesUpWhatIsRefusedAndWritesTheRest() {
        ledger.refused.add(TestingEntries.event("r", 1));
        queue.put(TestingEntries.begun("r"));
        queue.put(TestingEntries.event("r", 1));
        queue.put(TestingEntries.event("r", 2));

        assertThat(drain.step()).isZero();
        assertThat(drain.step()).isZero();
        assertThat(drain.step()).isEqualTo(LedgerDrain.IDLE);

        assertThat(ledger.recorded)
                .startsWith(TestingEntries.begun("r"), TestingEntries.event("r", 2))
                .hasSize(3);
        assertThat(((LedgerEntry.RunEvent) ledger.recorded.get(2)).kind())
                .isEqualTo(EntryQueue.DROPPED);
        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void forgetsWhenARunBeginsAndAfterManyCheckpoints() {
        queue.put(TestingEntries.begun("r"));
        Duration unused = drain.step();
        assertThat(ledger.forgotten).containsExactly("r");

        for (int id = 1; id <= 250; id++) {
            queue.put(TestingEntries.checkpoint("r", id));
        }
        Duration unusedToo = drain.step();

        assertThat(ledger.forgotten).containsExactly("r", "r");
    }

    @Test
    void closesTheLedgerIfItWasOpened() {
        drain.close();
        assertThat(ledger.closed).isFalse();

        queue.put(TestingEntries.begun("r"));
        Duration unused = drain.step();
        drain.close();
        assertThat(ledger.closed).isTrue();
    }
}
