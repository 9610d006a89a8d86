package io.flinkgpu.inference.health.detector;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A notice that stands as long as a file exists, whose first line is the reason. */
record PreemptionNoticeFile(Path file) implements PreemptionNotice {

    /** Enough for a sentence, and a bound whatever the file is. */
    private static final int MAX_BYTES = 4096;

    @Override
    public Optional<String> read() throws IOException {
        try (InputStream text = Files.newInputStream(file)) {
            byte[] start = text.readNBytes(MAX_BYTES);
            return Optional.of(PreemptionNotice.reason(new String(start, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
