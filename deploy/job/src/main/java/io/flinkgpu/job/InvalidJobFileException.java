package io.flinkgpu.job;

import io.flinkgpu.job.config.Problems.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;

/** Thrown when a job file has problems; it names all of them, each with its line. */
@PublicEvolving
public final class InvalidJobFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    InvalidJobFileException(String file, List<Problem> problems) {
        super(
                "Invalid job file %s: %d %s.%n%s"
                        .formatted(
                                file,
                                problems.size(),
                                problems.size() == 1 ? "problem" : "problems",
                                problems.stream()
                                        .map(problem -> "  " + problem)
                                        .collect(Collectors.joining(System.lineSeparator()))));
        this.problems = problems.stream().map(Problem::toString).toList();
    }

    /** The problems in the order of the file, such as {@code line 3: Invalid ...}. */
    public List<String> problems() {
        return problems;
    }
}
