package io.flinkgpu.resources;

import io.flinkgpu.resources.yaml.YamlTree;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Thrown when a file of stage profiles has problems; it names all of them, each with its line where
 * it has one.
 */
@PublicEvolving
public final class InvalidProfilesException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<YamlTree.Problem> found;
    private final List<String> problems;

    InvalidProfilesException(String sourceName, List<YamlTree.Problem> found) {
        super("Invalid profiles " + sourceName + ": " + String.join(" ", lines(found)));
        this.found = List.copyOf(found);
        this.problems = lines(found);
    }

    /**
     * Returns the problems in the order of the file, at least one, such as {@code line 3: Invalid
     * ...}.
     */
    public List<String> problems() {
        return problems;
    }

    /** Returns the same problems for a reader whose file holds more than profiles. */
    @Internal
    public List<YamlTree.Problem> found() {
        return found;
    }

    private static List<String> lines(List<YamlTree.Problem> found) {
        return found.stream()
                .map(problem -> "line " + problem.line() + ": " + problem.message())
                .toList();
    }
}
