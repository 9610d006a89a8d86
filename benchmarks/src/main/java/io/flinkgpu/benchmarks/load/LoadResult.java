package io.flinkgpu.benchmarks.load;

import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * What the committed files of a load run hold. Immutable.
 *
 * <p>Rows without a committed result of a run that was cancelled, or still runs, count as missing.
 */
@Internal
public final class LoadResult {

    private static final int SHOWN_IDS = 10;

    private final long expected;
    private final long results;
    private final long deadLetters;
    private final BitSet deadLetterIds;
    private final BitSet missing;
    private final BitSet duplicated;
    private final BitSet wrong;
    @Nullable private final String firstDeadLetter;
    private final Emissions emissions;

    LoadResult(LoadTally tally) {
        expected = tally.expected();
        results = tally.results();
        deadLetters = tally.deadLetters();
        deadLetterIds = tally.deadLetterIds();
        missing = tally.missing();
        duplicated = tally.duplicated();
        wrong = tally.wrong();
        firstDeadLetter = tally.firstDeadLetter();
        emissions = tally.emissions();
    }

    /**
     * Reads the finished files of a run.
     *
     * @throws IOException if they cannot be read
     * @throws java.io.UncheckedIOException if a line is not JSON
     * @throws IllegalStateException if a line's id is none of the run's
     */
    public static LoadResult read(LoadSpec spec) throws IOException {
        return new LoadResult(LoadTally.of(spec));
    }

    /** Rows that the source makes. */
    public long expected() {
        return expected;
    }

    /** Lines of results, doubles included. */
    public long results() {
        return results;
    }

    /** Lines of dead letters, doubles included. */
    public long deadLetters() {
        return deadLetters;
    }

    /** The ids of rows with a dead letter, in order. */
    public IntStream deadLetterIds() {
        return deadLetterIds.stream();
    }

    /** The cause of one of the dead letters; empty if there is none. */
    public Optional<String> deadLetterExample() {
        return Optional.ofNullable(firstDeadLetter);
    }

    /** How many rows have neither a result nor a dead letter. */
    public int missing() {
        return missing.cardinality();
    }

    /** The ids of those, in order. */
    public IntStream missingIds() {
        return missing.stream();
    }

    /** How many rows have more than one line among results and dead letters. */
    public int duplicated() {
        return duplicated.cardinality();
    }

    /** The ids of those, in order. */
    public IntStream duplicatedIds() {
        return duplicated.stream();
    }

    /** How many rows have a result that is not the expected one. */
    public int wrong() {
        return wrong.cardinality();
    }

    /** The ids of those, in order. */
    public IntStream wrongIds() {
        return wrong.stream();
    }

    /** Whether every row has exactly one line among results and dead letters. */
    public boolean isExactlyOnce() {
        return missing.isEmpty() && duplicated.isEmpty();
    }

    /** When the results left inference; dead letters do not count. */
    public Emissions emissions() {
        return emissions;
    }

    /** One line for reports and failed assertions, with the first ids of each kind. */
    @Override
    public String toString() {
        return "%d rows expected: %d results, %d dead letters%s, %s, %s, %s"
                .formatted(
                        expected,
                        results,
                        deadLetters,
                        firstDeadLetter == null ? "" : " (" + firstDeadLetter + ")",
                        text(missing, "missing"),
                        text(duplicated, "duplicated"),
                        text(wrong, "wrong"));
    }

    private static String text(BitSet ids, String what) {
        String count = "%d %s".formatted(ids.cardinality(), what);
        return ids.isEmpty() ? count : count + " " + ids.stream().limit(SHOWN_IDS).boxed().toList();
    }
}
