package io.flinkgpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    private static final Pattern ROOM = Pattern.compile("`([a-z.]+)`");
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

    /** What imports against the order of the rooms that the document says. */
    static Set<String> importsFromBelow(JavaClasses imported, String base) throws IOException {
        Map<String, Integer> rows = rooms(base);
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : imported) {
            if (isBelow(base, type) && !type.getSimpleName().equals("package-info")) {
                String room = room(type, base);
                assertThat(rows).as("the rooms of " + base).containsKey(room);
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(target -> isBelow(base, target))
                        .map(target -> room(target, base))
                        .filter(target -> !target.equals(room))
                        .filter(target -> rows.get(target) >= rows.get(room))
                        .forEach(target -> wrong.add(room + " imports " + target));
            }
        }
        return wrong;
    }

    private static boolean isBelow(String base, JavaClass type) {
        return (type.getPackageName() + ".").startsWith(base + ".");
    }

    /** The rooms in a table, which the line in front of it names, with their rows. */
    private static Map<String, Integer> rooms(String base) throws IOException {
        Map<String, Integer> rooms = new HashMap<>();
        List<String> lines = Files.readAllLines(DOC);
        int line = 0;
        while (!lines.get(line).contains("(`" + base + "`)")) {
            line++;
        }
        for (line += 2; lines.get(line).startsWith("|"); line++) {
            int row = line;
            String first = lines.get(line).substring(0, lines.get(line).indexOf('|', 1));
            ROOM.matcher(first).results().forEach(found -> rooms.put(found.group(1), row));
        }
        return rooms;
    }

    private static String room(JavaClass type, String base) {
        String name = type.getPackageName();
        return name.equals(base) ? "." : name.substring(base.length() + 1);
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
