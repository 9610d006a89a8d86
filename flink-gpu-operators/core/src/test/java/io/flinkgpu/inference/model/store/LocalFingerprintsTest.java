package io.flinkgpu.inference.model.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFingerprintsTest {

    private static final String MONDAY = "2024-01-01T00:00:00Z";
    private static final String TUESDAY = "2024-01-02T00:00:00Z";

    @TempDir private Path model;

    private final Queue<Runnable> background = new ArrayDeque<>();
    private final LocalFingerprints fingerprints = new LocalFingerprints(background::add);

    @Test
    void staysWithTheFiles() throws IOException {
        write("weights", MONDAY);

        assertThat(fingerprint()).isEqualTo(fingerprint());
    }

    @Test
    void differsForFilesOfAnotherTime() throws IOException {
        write("weights", MONDAY);
        String before = fingerprint();

        write("weighed", TUESDAY);

        assertThat(fingerprint()).isNotEqualTo(before);
    }

    @Test
    void staysWithFilesThatWereOnlyTouched() throws IOException {
        write("weights", MONDAY);
        String before = fingerprint();
        background.remove().run();

        write("weights", TUESDAY);

        assertThat(fingerprint()).isEqualTo(before);
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void differsForTouchedFilesWhoseChecksumIsNotKnownYet() throws IOException {
        write("weights", MONDAY);
        String before = fingerprint();

        write("weights", TUESDAY);

        assertThat(fingerprint()).isNotEqualTo(before);
    }

    @Test
    void takesNoChecksumOfFilesThatHaveChangedMeanwhile() throws IOException {
        write("weights", MONDAY);
        String before = fingerprint();
        write("weighed", TUESDAY);
        background.remove().run();

        String after = fingerprint();

        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void knowsTheChecksumOfTheFilesThatItHasSeenLast() throws IOException {
        write("weights", MONDAY);
        ModelFiles seen = files();
        assertThat(fingerprints.sha256Of(model, seen)).isCompletedWithValue("");
        String unused = fingerprint();
        CompletableFuture<String> sum = fingerprints.sha256Of(model, seen);
        assertThat(sum).isNotDone();

        background.remove().run();

        assertThat(sum).isCompletedWithValue(Sha256.of(model, seen));
        write("weighed", TUESDAY);
        assertThat(fingerprints.sha256Of(model, files())).isCompletedWithValue("");
    }

    private String fingerprint() throws IOException {
        return fingerprints.of(model, files());
    }

    private ModelFiles files() throws IOException {
        return ModelLocation.parse(model.toString()).files();
    }

    private void write(String text, String time) throws IOException {
        Path file = Files.write(model.resolve("data"), text.getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
    }
}
