package io.flinkgpu.benchmarks.load;

import java.io.IOException;
import java.util.BitSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/** Counts the lines of a run's finished files. Not thread-safe; results are not copied. */
final class LoadTally {

    private final int expected;
    private final BitSet seen = new BitSet();
    private final BitSet duplicated = new BitSet();
    private final BitSet wrong = new BitSet();
    private final LongStream.Builder emittedAtMillis = LongStream.builder();
    private long results;
    private long deadLetters;
    private final BitSet deadLetterIds = new BitSet();
    @Nullable private String firstDeadLetter;

    private LoadTally(long expected) {
        this.expected = Math.toIntExact(expected);
    }

    static LoadTally of(LoadSpec spec) throws IOException {
        LoadTally tally = new LoadTally(spec.rows());
        try (Stream<LoadAnswer> results = spec.edges().readResults(spec)) {
            results.forEach(tally::add);
        }
        try (Stream<LoadDeadLetter> deadLetters = spec.edges().readDeadLetters(spec)) {
            deadLetters.forEach(tally::add);
        }
        return tally;
    }

    long expected() {
        return expected;
    }

    long results() {
        return results;
    }

    long deadLetters() {
        return deadLetters;
    }

    BitSet deadLetterIds() {
        return deadLetterIds;
    }

    @Nullable
    String firstDeadLetter() {
        return firstDeadLetter;
    }

    BitSet missing() {
        BitSet missing = new BitSet();
        missing.set(0, expected);
        missing.andNot(seen);
        return missing;
    }

    BitSet duplicated() {
        return duplicated;
    }

    BitSet wrong() {
        return wrong;
    }

    /** To be called once. */
    Emissions emissions() {
        return Emissions.at(emittedAtMillis.build());
    }

    private void add(LoadAnswer answer) {
        int id = see(answer.id());
        results++;
        emittedAtMillis.add(answer.emittedAtMillis());
        if (!answer.ok()) {
            wrong.set(id);
        }
    }

    private void add(LoadDeadLetter letter) {
        deadLetterIds.set(see(letter.id()));
        deadLetters++;
        if (firstDeadLetter == null) {
            firstDeadLetter = letter.cause();
        }
    }

    private int see(long id) {
        if (id < 0 || id >= expected) {
            throw new IllegalStateException(
                    "Cannot count rows: a line has id %d and the run's are 0 to %d. Give each run a directory of its own."
                            .formatted(id, expected - 1));
        }
        int index = (int) id;
        if (seen.get(index)) {
            duplicated.set(index);
        }
        seen.set(index);
        return index;
    }
}
