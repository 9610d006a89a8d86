package io.flinkgpu.connectors.budget;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Holds counts against a budget, and says what is wrong.
 *
 * @param lettersAt where the dead letters are, for people
 */
record BudgetCheck(ErrorBudget budget, String lettersAt) implements Serializable {

    /**
     * Why the job must end; empty: it need not.
     *
     * @param settled dead letters whose rows are certainly among those of {@code total}
     */
    Optional<String> problem(BudgetCount total, long settled) {
        return problem(total, budget.isOfRows() ? settled : total.deadLetters(), false);
    }

    /** Why the job must fail although its input has ended; empty: it need not. */
    Optional<String> problemAtEnd(BudgetCount total) {
        return problem(total, total.deadLetters(), true);
    }

    private Optional<String> problem(BudgetCount total, long letters, boolean atEnd) {
        return budget.isExceededBy(letters, total.rows(), atEnd)
                ? Optional.of(message(total.deadLetters(), total))
                : Optional.empty();
    }

    private String message(long letters, BudgetCount total) {
        return String.format(
                Locale.ROOT,
                "Cannot go on: the error budget of %s is exceeded by %,d %s of %,d rows. %s; the latest: %s Those of completed checkpoints are in %s. Mend what fails, or raise the budget, and resume the run from its last checkpoint.",
                budget,
                letters,
                letters == 1 ? "dead letter" : "dead letters",
                total.rows(),
                mostFrequent(total),
                sentence(total.latest()),
                lettersAt);
    }

    private static String mostFrequent(BudgetCount total) {
        return total.letters().entrySet().stream()
                .max(
                        Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(Comparator.comparing(Map.Entry::getKey)))
                .map(
                        most ->
                                String.format(
                                        Locale.ROOT,
                                        "Most are of class %s (%,d)",
                                        most.getKey(),
                                        most.getValue()))
                .orElse("");
    }

    private static String sentence(String cause) {
        return cause.endsWith(".") ? cause : cause + ".";
    }
}
