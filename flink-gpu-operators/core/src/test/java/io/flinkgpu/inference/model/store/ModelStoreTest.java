package io.flinkgpu.inference.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelStoreTest {

    private static final Set<String> MODEL_FILES = Set.of("graph.pb", "graph.ort");

    /** Of {@code a/x.txt}, which is empty, and {@code b.txt}, which holds abc. */
    private static final String DIRECTORY_SUM =
            "45f8bbb40986981d3fae9a9a72ccf210a973162b9389d69e6a8b3110b5103201";

    @TempDir private Path models;
    @TempDir private Path cache;

    private ModelStore store;

    @BeforeEach
    void repairTheLine() {
        FarawayFileSystem.repair();
        store = new ModelStore(new ModelCacheConfig(cache, 1 << 20));
    }

    @AfterEach
    void leaveTheLineWhole() {
        FarawayFileSystem.repair();
    }

    @Test
    void takesADirectoryWithAModelFileForVersionOne() throws IOException {
        write("digits/graph.pb", "graph");
        write("digits/7/graph.pb", "not looked at");

        assertThat(store.versions(here("digits"), MODEL_FILES)).containsOnlyKeys(1L);
    }

    @Test
    void findsNumberedVersionsInNumericOrder() throws IOException {
        write("digits/9/graph.pb", "old");
        write("digits/10/graph.ort", "new");
        write("digits/11/unfinished", "no model yet");
        write("digits/assets/graph.pb", "no number");
        write("digits/readme", "no model file");

        assertThat(store.versions(here("digits"), MODEL_FILES))
                .containsExactly(entry(9L, here("digits/9")), entry(10L, here("digits/10")));
        assertThat(store.versions(away("digits"), MODEL_FILES))
                .containsExactly(entry(9L, away("digits/9")), entry(10L, away("digits/10")));
    }

    @Test
    void numbersAVersionByItsDirectory() throws IOException {
        write("digits/10/graph.pb", "new");

        assertThat(store.versions(here("digits/10"), MODEL_FILES)).containsOnlyKeys(10L);
    }

    @Test
    void takesAFileForAModel() throws IOException {
        write("digits.ort", "graph");

        assertThat(store.versions(away("digits.ort"), MODEL_FILES))
                .containsExactly(entry(1L, away("digits.ort")));
    }

    @Test
    void findsNoVersionWhereThereIsNoModel() throws IOException {
        write("digits/readme", "no model");

        assertThat(store.versions(here("digits"), MODEL_FILES)).isEmpty();
        assertThat(store.versions(here("nothing"), MODEL_FILES)).isEmpty();
        assertThat(store.versions(away("nothing"), MODEL_FILES)).isEmpty();
    }

    @Test
    void opensLocalFilesInPlace() throws IOException {
        write("digits/graph.pb", "graph");

        try (OpenModel byPath = store.open(here("digits"), null);
                OpenModel byUri = store.open(models.resolve("digits").toUri().toString(), null)) {
            assertThat(byPath.path()).isEqualTo(models.resolve("digits"));
            assertThat(byUri.path()).isEqualTo(models.resolve("digits"));
        }
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void opensOthersAsACopyWithTheirDirectories() throws IOException {
        write("digits/graph.pb", "graph");
        write("digits/variables/data", "weights");

        try (OpenModel open = store.open(away("digits"), null)) {
            assertThat(open.path()).startsWith(cache);
            assertThat(open.path().resolve("graph.pb")).hasContent("graph");
            assertThat(open.path().resolve("variables/data")).hasContent("weights");
        }
    }

    @Test
    void opensAFileAsACopyUnderItsName() throws IOException {
        write("digits.ort", "graph");

        try (OpenModel open = store.open(away("digits.ort"), null)) {
            assertThat(open.path()).hasFileName("digits.ort").hasContent("graph");
        }
    }

    /** The sums are those of {@code sha256sum} (GNU coreutils 9.1), see the class's comment. */
    @Test
    void checksumsAreThoseOfSha256sum() throws IOException {
        write("one.ort", "abc");
        write("two/b.txt", "abc");
        write("two/a/x.txt", "");

        try (OpenModel file = store.open(here("one.ort"), null);
                OpenModel directory = store.open(here("two"), null);
                OpenModel copy = store.open(away("two"), null)) {
            assertThat(file.sha256())
                    .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
            assertThat(directory.sha256()).isEqualTo(DIRECTORY_SUM);
            assertThat(copy.sha256()).isEqualTo(DIRECTORY_SUM);
        }
    }

    /**
     * That of a copy was computed while it was fetched, that of files in place in the background.
     */
    @Test
    void knowsChecksumsWithoutReadingAgain() throws IOException {
        write("two/b.txt", "abc");
        write("two/a/x.txt", "");
        String unusedFingerprint = store.fingerprint(here("two"));

        try (OpenModel inPlace = store.open(here("two"), null);
                OpenModel copy = store.open(away("two"), null)) {
            assertThat(copy.knownSha256()).contains(DIRECTORY_SUM);
            await().until(() -> inPlace.knownSha256().isPresent());
            assertThat(inPlace.knownSha256()).contains(DIRECTORY_SUM);
        }
    }

    @Test
    void refusesAnotherChecksum() throws IOException {
        write("digits/graph.pb", "graph");
        String wanted = "0".repeat(64);

        for (String location : new String[] {here("digits"), away("digits")}) {
            assertThatThrownBy(() -> store.open(location, wanted))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching(
                            "its SHA-256 is [0-9a-f]{64} and not " + wanted + ", as asked for");
        }
        assertThat(cache.resolve("whole")).isEmptyDirectory();
        assertThat(cache.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void opensAModelOfTheChecksumThatIsAskedFor() throws IOException {
        write("two/b.txt", "abc");
        write("two/a/x.txt", "");

        store.open(here("two"), DIRECTORY_SUM).close();
        store.open(away("two"), DIRECTORY_SUM).close();
    }

    @Test
    void refusesWhatIsNotThere() {
        for (String location : new String[] {here("digits"), away("digits")}) {
            assertThatThrownBy(() -> store.open(location, null))
                    .isInstanceOf(IOException.class)
                    .hasMessage("there is no such file or directory");
        }
    }

    @Test
    void namesTheFileSystemThatIsMissing() {
        assertThatThrownBy(() -> store.open("s3://bucket/digits", null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("scheme 's3'");
    }

    @Test
    void noticesFilesThatChangeWhileTheyAreRead() throws IOException {
        write("digits/graph.pb", "graph");
        OpenModel open = store.open(here("digits"), null);
        open.requireUnchanged();

        write("digits/graph.pb", "another graph");

        assertThatThrownBy(open::requireUnchanged)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("its files changed while they were read.");
    }

    private String here(String name) {
        return models.resolve(name).toString();
    }

    private String away(String name) {
        return FarawayFileSystem.address(models.resolve(name));
    }

    private void write(String name, String text) throws IOException {
        Path file = models.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
