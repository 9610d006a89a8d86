package io.flinkgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/architecture.md to the code: its classes exist, and a row passes no more than it says.
 */
class ArchitectureDocTest {

    private static final Path DOC = Path.of("../docs/architecture.md");
    private static final Pattern CLASS =
            Pattern.compile("`((?:[a-z]+\\.)+)([A-Z]\\w+)(?:\\.\\w+)?`");
    private static final int MOST_FUSED = 12;
    private static final int MOST_SEPARATED = 25;

    @Test
    void namesClassesThatExist() throws IOException {
        assertThat(classes(Files.readString(DOC))).isNotEmpty().allMatch(this::exists);
    }

    @Test
    void aRowPassesFewClasses() throws IOException {
        List<String> fused = steps("## A row, fused");
        List<String> between = steps("## A row, separated");

        int ofOperator = fused.indexOf("operator.BatchCalls") + 1 + 1; // the emitter, too
        int ofHost = fused.size() - ofOperator - 1; // without MovingModelClient
        assertThat(fused).hasSizeLessThanOrEqualTo(MOST_FUSED);
        // One row of the second table stands for all classes of the model host.
        assertThat(ofOperator + between.size() - 1 + ofHost).isLessThanOrEqualTo(MOST_SEPARATED);
    }

    /** The classes in the first column of a section's table. */
    private static List<String> steps(String heading) throws IOException {
        String text = Files.readString(DOC);
        int start = text.indexOf(heading);
        String section = text.substring(start, text.indexOf("\n## ", start + 1));
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> classes(line.substring(0, line.indexOf('|', 1))).get(0))
                .toList();
    }

    private static List<String> classes(String text) {
        return CLASS.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1) + found.group(2))
                .distinct()
                .toList();
    }

    private boolean exists(String name) {
        return Stream.of("io.flinkgpu.inference.", "io.flinkgpu.")
                .anyMatch(prefix -> isOnClassPath(prefix + name));
    }

    private static boolean isOnClassPath(String name) {
        return ArchitectureDocTest.class
                        .getClassLoader()
                        .getResource(name.replace('.', '/') + ".class")
                != null;
    }
}
