package io.flinkgpu.job.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Collects all that is wrong with a file, so that its author hears of everything at once.
 *
 * <p>A line and message that are already there are not added again. Not thread-safe.
 */
@PublicEvolving
public final class Problems {

    /**
     * One thing that is wrong.
     *
     * @param line in the file, from 1
     * @param message what is wrong, and the way out
     */
    public record Problem(int line, String message) {

        @Override
        public String toString() {
            return "line " + line + ": " + message;
        }
    }

    /** What somebody else says, with a full stop at its end. */
    public static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private final List<Problem> found = new ArrayList<>();

    /** Adds a problem. */
    public void add(int line, String message) {
        Problem problem = new Problem(line, message);
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** All of them, in the order of the file. */
    public List<Problem> inOrder() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }
}
