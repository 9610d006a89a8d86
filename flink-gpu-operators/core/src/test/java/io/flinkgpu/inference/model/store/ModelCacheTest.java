package io.flinkgpu.inference.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelCacheTest {

    private static final long ROOM_FOR_TWO = 25;
    private static final String TEN_BYTES = "0123456789";

    @TempDir private Path models;
    @TempDir private Path cache;

    private ModelStore store;

    @BeforeEach
    void repairTheLine() {
        FarawayFileSystem.repair();
        store = new ModelStore(new ModelCacheConfig(cache, ROOM_FOR_TWO));
    }

    @AfterEach
    void leaveTheLineWhole() {
        FarawayFileSystem.repair();
    }

    @Test
    void fetchesAModelOnce() throws IOException {
        write("a", TEN_BYTES);

        store.open(away("a"), null).close();
        store.open(away("a"), null).close();

        assertThat(FarawayFileSystem.opened()).containsExactly("a");
    }

    @Test
    void fetchesAChangedModelAnew() throws IOException {
        write("a", TEN_BYTES);
        store.open(away("a"), null).close();
        write("a", "9876543210");

        try (OpenModel open = store.open(away("a"), null)) {
            assertThat(open.path()).hasContent("9876543210");
        }
    }

    @Test
    void goesOnWhereTheLineBroke() throws IOException {
        write("m/a", TEN_BYTES);
        write("m/b", "abcdefghij");
        FarawayFileSystem.breakAfter(14);

        assertThatThrownBy(() -> store.open(away("m"), null))
                .isInstanceOf(IOException.class)
                .hasMessage("the line is broken");
        assertThat(whole()).isEmpty();

        FarawayFileSystem.repair();
        FarawayFileSystem.breakAfter(6);
        try (OpenModel open = store.open(away("m"), null)) {
            assertThat(open.path().resolve("a")).hasContent(TEN_BYTES);
            assertThat(open.path().resolve("b")).hasContent("abcdefghij");
            assertThat(FarawayFileSystem.opened()).containsExactly("b");
            assertThat(open.sha256()).isEqualTo(store.open(here("m"), null).sha256());
        }
    }

    @Test
    void refusesAModelThatChangesWhileItIsFetched() throws IOException {
        write("a", TEN_BYTES);
        FarawayFileSystem.whenOpened(() -> touch("a", "2030-01-01T00:00:00Z"));

        assertThatThrownBy(() -> store.open(away("a"), null))
                .isInstanceOf(IOException.class)
                .hasMessage("its files changed while they were fetched");
        assertThat(whole()).isEmpty();
    }

    @Test
    void deletesTheLongestUnusedWhenItNeedsRoom() throws IOException {
        open("a").close();
        open("b").close();
        setLastUse("a", "2020-01-02T00:00:00Z");
        setLastUse("b", "2020-01-01T00:00:00Z");

        open("c").close();

        assertThat(fetchedAgain("a")).isFalse();
        assertThat(fetchedAgain("c")).isFalse();
        assertThat(fetchedAgain("b")).isTrue();
    }

    @Test
    void deletesNoneThatIsInUse() throws IOException {
        OpenModel a = open("a");
        OpenModel b = open("b");

        assertThatThrownBy(() -> open("c"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "it has 10 bytes, and of the 25 that the cache takes models in use have 20. Raise inference.model-cache.max-size");

        a.close();
        open("c").close();
        assertThat(b.path()).hasContent(TEN_BYTES);
        b.close();
    }

    @Test
    void refusesAModelThatIsLargerThanTheCache() throws IOException {
        write("large", TEN_BYTES.repeat(3));

        assertThatThrownBy(() -> store.open(away("large"), null))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "it has 30 bytes, and the cache takes 25. Raise inference.model-cache.max-size");
    }

    @Test
    void whatBrokeOffMakesRoomToo() throws IOException {
        write("a", TEN_BYTES);
        FarawayFileSystem.breakAfter(4);
        assertThatThrownBy(() -> store.open(away("a"), null)).isInstanceOf(IOException.class);
        FarawayFileSystem.repair();

        open("b").close();
        open("c").close();

        assertThat(copies("partial")).isEmpty();
        assertThat(whole()).hasSize(2);
    }

    @Test
    void refusesACopyThatLacksAFile() throws IOException {
        open("a").close();
        Files.delete(whole().get(0).resolve("files/a"));

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "its copy '%s' is not whole: 'a' is missing. Delete that directory, and it is fetched again"
                                .formatted(whole().get(0)));
    }

    @Test
    void refusesACopyWithAFileOfAnotherLength() throws IOException {
        open("a").close();
        Files.writeString(whole().get(0).resolve("files/a"), "short");

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not whole: 'a' has 5 bytes instead of 10.");
    }

    @Test
    void refusesACopyThatWasChanged() throws IOException {
        open("a").close();
        Path file = whole().get(0).resolve("files/a");
        Files.writeString(file, "9876543210");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not whole: 'a' has been changed since.");
    }

    @Test
    void refusesACopyWithoutItsManifest() throws IOException {
        open("a").close();
        Files.delete(whole().get(0).resolve("manifest.json"));

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not whole: it has no manifest.json.");
    }

    @Test
    void namesTheOptionOfADirectoryThatCannotBeUsed() throws IOException {
        write("a", TEN_BYTES);
        Path file = Files.writeString(models.resolve("file"), "no directory");
        ModelStore misplaced = new ModelStore(new ModelCacheConfig(file, 100));

        assertThatThrownBy(() -> misplaced.open(away("a"), null))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the model cache '%s' cannot be used: ".formatted(file))
                .hasMessageEndingWith(
                        ". Set inference.model-cache.directory to a directory that can be written");
    }

    @Test
    void isFetchedOnceByManyThreads() throws Exception {
        write("a", TEN_BYTES);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<String> read =
                    () -> {
                        try (OpenModel open = store.open(away("a"), null)) {
                            return Files.readString(open.path());
                        }
                    };
            List<Future<String>> all = threads.invokeAll(Collections.nCopies(16, read));

            for (Future<String> one : all) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(TEN_BYTES);
            }
            assertThat(FarawayFileSystem.opened()).containsExactly("a");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void isSharedWithOtherProcessesWhichKeepWhatTheyUse() throws Exception {
        write("a", TEN_BYTES);
        List<Process> others = new ArrayList<>();
        try {
            others.add(startOther("a"));
            others.add(startOther("a"));
            for (Process other : others) {
                assertThat(firstLine(other)).isEqualTo(TEN_BYTES);
            }
            open("b").close();
            open("c").close();

            assertThat(fetchedAgain("a")).isFalse();
            assertThat(fetchedAgain("c")).isFalse();
        } finally {
            for (Process other : others) {
                other.destroyForcibly().waitFor();
            }
        }
        open("d").close();
        open("e").close();
        assertThat(fetchedAgain("a")).isTrue();
    }

    private Process startOther(String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherCacheUser.class.getName(),
                        cache.toString(),
                        away(name))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        return lines.readLine();
    }

    private OpenModel open(String name) throws IOException {
        if (!Files.exists(models.resolve(name))) {
            write(name, TEN_BYTES);
        }
        return store.open(away(name), null);
    }

    private boolean fetchedAgain(String name) throws IOException {
        FarawayFileSystem.repair();
        open(name).close();
        return FarawayFileSystem.opened().contains(name);
    }

    private void setLastUse(String name, String time) throws IOException {
        for (Path copy : whole()) {
            if (Files.exists(copy.resolve("files").resolve(name))) {
                Files.setLastModifiedTime(
                        copy.resolve("bytes"), FileTime.from(Instant.parse(time)));
            }
        }
    }

    private List<Path> whole() throws IOException {
        return copies("whole");
    }

    private List<Path> copies(String state) throws IOException {
        try (Stream<Path> copies = Files.list(cache.resolve(state))) {
            return copies.toList();
        }
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

    private void touch(String name, String time) {
        try {
            Files.setLastModifiedTime(models.resolve(name), FileTime.from(Instant.parse(time)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
