package io.flinkgpu.resources;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Thrown when a file of stage profiles has problems; it names all of them, each with its line where
 * it has one.
 */
@PublicEvolving
public final class InvalidProfilesException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    InvalidProfilesException(String sourceName, List<String> problems) {
        super("Invalid profiles " + sourceName + ": " + String.join(" ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns the problems in the order of the file, at least one, such as {@code line 3: Invalid
     * ...}.
     */
    public List<String> problems() {
        return problems;
    }
}
