package io.flinkgpu.connectors.file;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/** Inputs that a job cannot read, found before the job is submitted. */
@PublicEvolving
public final class InvalidInputException extends IllegalArgumentException {

    private static final int MAX_SHOWN = 10;

    // Serializable by List.copyOf, which the declared type does not say.
    @SuppressWarnings("serial")
    private final List<String> problems;

    InvalidInputException(List<String> problems) {
        super(summary(problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Throws it where there is something to tell.
     *
     * @param problems one sentence each
     */
    @Internal
    public static void throwIfAny(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** One sentence per problem, all of them. */
    public List<String> problems() {
        return problems;
    }

    private static String summary(List<String> problems) {
        String shown = String.join(" ", problems.subList(0, Math.min(MAX_SHOWN, problems.size())));
        int hidden = problems.size() - MAX_SHOWN;
        return hidden > 0 ? shown + " And " + hidden + " more problems." : shown;
    }
}
