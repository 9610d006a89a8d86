package io.flinkgpu.deploy.letters;

import io.flinkgpu.job.redo.Letter;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Counts of dead letters and the newest of them; bounded by the kinds of failures there are. */
final class LetterSummary {

    private static final Comparator<Letter> BY_TIME =
            Comparator.comparing(letter -> letter.failure().failedAt());
    private static final int CAUSE_LENGTH = 100;

    private record Kind(String element, String errorClass, String exception)
            implements Comparable<Kind> {

        private static final Comparator<Kind> ORDER =
                Comparator.comparing(Kind::element)
                        .thenComparing(Kind::errorClass)
                        .thenComparing(Kind::exception);

        @Override
        public int compareTo(Kind other) {
            return ORDER.compare(this, other);
        }
    }

    private final int examples;
    private final Map<Kind, Long> counts = new TreeMap<>();
    private final PriorityQueue<Letter> newest = new PriorityQueue<>(BY_TIME);
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    LetterSummary(int examples) {
        this.examples = examples;
    }

    void add(Letter letter) {
        Letter.Failure failure = letter.failure();
        counts.merge(
                new Kind(letter.element(), failure.errorClass(), failure.exception()),
                1L,
                Long::sum);
        first = failure.failedAt().isBefore(first) ? failure.failedAt() : first;
        last = failure.failedAt().isAfter(last) ? failure.failedAt() : last;
        newest.add(letter);
        if (newest.size() > examples) {
            newest.poll();
        }
    }

    void print(PrintWriter out) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            out.println("There are no such dead letters.");
            return;
        }
        out.printf(
                Locale.ROOT,
                "%,d %s, from %s to %s.%n",
                all,
                all == 1 ? "dead letter" : "dead letters",
                first,
                last);
        out.printf("%10s  %-20s  %-14s  %s%n", "count", "element", "class", "exception");
        counts.forEach(
                (kind, count) ->
                        out.printf(
                                Locale.ROOT,
                                "%,10d  %-20s  %-14s  %s%n",
                                count,
                                kind.element(),
                                kind.errorClass(),
                                kind.exception()));
        List<Letter> examplesInOrder = newest.stream().sorted(BY_TIME.reversed()).toList();
        if (!examplesInOrder.isEmpty()) {
            out.println("The newest:");
        }
        examplesInOrder.forEach(
                letter ->
                        out.printf(
                                "  %s  %s  %s%n      %s%n",
                                letter.id(),
                                letter.failure().failedAt(),
                                shortened(letter.failure().cause()),
                                letter.row()));
    }

    /** Without the stack, which may stand behind it. */
    private static String shortened(String cause) {
        String message = cause.lines().findFirst().orElse("");
        return message.length() <= CAUSE_LENGTH
                ? message
                : message.substring(0, CAUSE_LENGTH) + "...";
    }
}
