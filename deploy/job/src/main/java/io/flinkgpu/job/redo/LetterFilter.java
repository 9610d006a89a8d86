package io.flinkgpu.job.redo;

import java.time.Instant;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Which dead letters are meant.
 *
 * @param run how the id of their run begins; empty: any
 * @param classes error classes or exceptions, in any case; none: any
 * @param since given up at this time or later
 * @param until given up before this time
 */
@Internal
public record LetterFilter(String run, List<String> classes, Instant since, Instant until) {

    /** All of them. */
    public static final LetterFilter ALL =
            new LetterFilter("", List.of(), Instant.MIN, Instant.MAX);

    /** Copies the classes. */
    public LetterFilter {
        classes = List.copyOf(classes);
    }

    /** Whether a letter is meant. */
    public boolean takes(Letter letter) {
        Letter.Failure failure = letter.failure();
        return letter.run().startsWith(run)
                && !failure.failedAt().isBefore(since)
                && failure.failedAt().isBefore(until)
                && (classes.isEmpty()
                        || classes.stream()
                                .anyMatch(
                                        name ->
                                                name.equalsIgnoreCase(failure.errorClass())
                                                        || name.equalsIgnoreCase(
                                                                failure.exception())));
    }
}
