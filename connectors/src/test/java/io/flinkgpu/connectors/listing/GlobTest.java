package io.flinkgpu.connectors.listing;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    private static final InputScanner SCANNER = new InputScanner(List.of());

    @TempDir java.nio.file.Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    *.jpg             | 1.jpg 2.jpg
                    ?.jpg             | 1.jpg 2.jpg
                    *.{jpg,png}       | 1.jpg 2.jpg 3.png
                    [13].*            | 1.jpg 3.png
                    [!13].jpg         | 2.jpg
                    [1-2].jpg         | 1.jpg 2.jpg
                    */*.jpg           | a/4.jpg b/5.jpg
                    **/*.jpg          | 1.jpg 2.jpg a/4.jpg a/deep/6.jpg b/5.jpg
                    a/**              | a/4.jpg a/deep/6.jpg
                    **/deep/*         | a/deep/6.jpg
                    **/deep           | a/deep/6.jpg
                    [ab]              | a/4.jpg a/deep/6.jpg b/5.jpg
                    **/a/**/*.jpg     | a/4.jpg a/deep/6.jpg
                    """)
    void findsWhatMatches(String glob, String expected) throws IOException {
        files("1.jpg", "2.jpg", "3.png", "a/4.jpg", "a/deep/6.jpg", "b/5.jpg", "a/.hidden.jpg");

        assertThat(find(SCANNER, glob)).containsExactly(expected.split(" "));
    }

    @Test
    void takesANameWithWildcardsAsItStandsWhereItExists() throws IOException {
        files("[1].jpg", "1.jpg");

        assertThat(find(SCANNER, "[1].jpg")).containsExactly("[1].jpg");
    }

    @Test
    void looksIntoMatchingDirectoriesNoDeeperThanAsked() throws IOException {
        files("a/1.jpg", "a/deep/2.jpg");

        assertThat(find(new InputScanner(List.of(), false, false), "[a]"))
                .containsExactly("a/1.jpg");
    }

    @Test
    void appliesExtensionsToMatches() throws IOException {
        files("a/1.jpg", "a/2.txt", "b.txt");

        assertThat(find(new InputScanner(List.of(".jpg")), "*")).containsExactly("a/1.jpg");
    }

    @Test
    @Timeout(60) // it would never end
    void endsWhereLinksLeadUpwards() throws IOException {
        files("a/1.jpg");
        Files.createSymbolicLink(folder.resolve("a/up"), folder);

        assertThat(find(SCANNER, "**/*.jpg")).containsExactly("a/1.jpg");
    }

    @Test
    void refusesAGlobWithoutAMatchUnlessSomeMayCome() throws IOException {
        Path glob = new Path(new Path(folder.toUri()), "*.jpg");

        assertThat(SCANNER.problems(glob))
                .containsExactly(
                        "Invalid input: %s. It must hold at least one file, hidden ones aside."
                                .formatted(glob));
        assertThat(new InputScanner(List.of(), true, true).find(glob)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"[a.jpg", "'{a,b.jpg'", "a}*", "[z-a]"})
    void refusesWhatIsNotClosed(String name) {
        Path glob = new Path(new Path(folder.toUri()), name);

        assertThat(SCANNER.problems(glob))
                .singleElement(as(STRING))
                .startsWith("Invalid glob: " + glob + ". A '");
    }

    @Test
    void refusesAGlobInAMissingDirectory() {
        Path glob = new Path(new Path(folder.toUri()), "missing/*.jpg");

        assertThat(SCANNER.problems(glob))
                .singleElement(as(STRING))
                .startsWith("Invalid input: " + glob + ". It must be an existing");
    }

    private List<String> find(InputScanner scanner, String glob) throws IOException {
        Path root = new Path(folder.toUri()); // ends with a slash
        return scanner.find(new Path(root, glob)).stream()
                .map(file -> file.path().getPath().substring(root.getPath().length()))
                .toList();
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            java.nio.file.Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }
}
