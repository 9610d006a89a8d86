package io.flinkgpu.job.expression;

import io.flinkgpu.job.config.Problems;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Flink's planner says about an expression, in one line without its wrappings. */
final class PlannerMessages {

    private static final Pattern WRAPPING =
            Pattern.compile("(SQL parse failed|SQL validation failed)\\. ?");
    private static final Pattern RANGE =
            Pattern.compile("From line 1, column (\\d+) to line 1, column (\\d+): (.*)");
    private static final Pattern PLACE = Pattern.compile(" at line 1, column (\\d+)");

    /** How Calcite begins to say that it cannot deal with one. */
    private static final String SUBQUERY = "namespace for";

    private PlannerMessages() {}

    /** The reason of a refusal, a sentence. */
    static String reason(Throwable refused) {
        Throwable cause = refused;
        while (cause.getCause() != null && cause.getMessage() != null && isWrapper(cause)) {
            cause = cause.getCause();
        }
        if (cause.getMessage() == null || cause.getMessage().startsWith(SUBQUERY)) {
            return "It is no expression of a row's fields: subqueries are not allowed.";
        }
        return sentence(cause.getMessage());
    }

    private static boolean isWrapper(Throwable cause) {
        return cause.getMessage().startsWith("Invalid SQL expression")
                || cause.getMessage().startsWith("Invalid function call");
    }

    private static String sentence(String message) {
        String first = WRAPPING.matcher(message).replaceFirst("").lines().findFirst().orElse("");
        Matcher range = RANGE.matcher(first);
        if (range.matches()) {
            first = "%s (column %s)".formatted(range.group(3), range.group(1));
        }
        return Problems.sentence(PLACE.matcher(first).replaceAll(" at column $1").strip());
    }
}
