package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The code in the pages of docs/ that are about Python. */
final class DocumentedCode {

    /** What needs Ray to run. */
    private static final String OF_RAY = "Ray Data";

    private final List<String> pages;

    DocumentedCode() throws IOException {
        Path docs = Path.of("..", "..", "docs");
        pages =
                List.of(
                        Files.readString(docs.resolve("python.md")),
                        Files.readString(docs.resolve("coming-from-ray.md")));
    }

    /** The Python files by the name in their first line. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (String block : blocks("python")) {
            assertThat(block).startsWith("# ");
            files.put(block.substring(2, block.indexOf('\n')), block);
        }
        files.remove(OF_RAY);
        return files;
    }

    void writeFiles(Path directory) throws IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
    }

    List<String> java() {
        return blocks("java");
    }

    private List<String> blocks(String language) {
        Pattern block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL);
        return pages.stream()
                .flatMap(page -> block.matcher(page).results())
                .map(match -> match.group(1))
                .toList();
    }
}
