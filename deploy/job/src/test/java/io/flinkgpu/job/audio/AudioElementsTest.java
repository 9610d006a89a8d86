package io.flinkgpu.job.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioElementsTest {

    private static final String VALID =
            """
            name: job
            sources:
              - {name: files, type: files, config: {path: calls}}
            steps:
              - name: windows
                type: decode-audio
                input: files
                config: {sample-rate: 16000, window: 1 s, overlap: 500 ms, last-window: drop}
              - name: mel
                type: log-mel
                input: windows
                config: {sample-rate: 16000, n-mels: 40}
              - {name: whole, type: decode-audio, input: files, config: {mono: false, keep: true, into: pcm}}
            sinks:
              - {name: a, type: print, input: mel}
              - {name: b, type: print, input: whole}
            """;

    @TempDir private Path directory;

    @BeforeEach
    void createFiles() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("calls")).resolve("a.wav"), "");
    }

    @Test
    void planSaysRowsAndTheirShapes() throws Exception {
        assertThat(files().describe(VALID))
                .contains(
                        "rows: path string, size bigint, samples array<float> [16000], start double")
                .contains(
                        "rows: path string, size bigint, start double, mel array<float> [40, 101]")
                .contains(
                        "rows: path string, content bytes, size bigint, pcm array<float>, sampleRate int, channels int");
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(files().problems(VALID.replace("window: 1 s, ", "")))
                .containsExactly(
                        "line 8: Invalid overlap of step 'windows': '500 ms'. It needs the key window. Add it, or remove this one.",
                        "line 8: Invalid last-window of step 'windows': 'drop'. It needs the key window. Add it, or remove this one.");
        assertThat(files().problems(VALID.replace("500 ms", "1 s")))
                .containsExactly(
                        "line 8: Invalid overlap: PT1S. It must be within 0 and 1 ms below the length of PT1S.");
        assertThat(files().problems(VALID.replace("into: pcm", "field: path")))
                .containsExactly(
                        "line 13: Invalid field 'path' of step 'whole': it is string. It must be bytes.");
        assertThat(files().problems(VALID.replace("n-mels: 40", "n-fft: 5000, field: start")))
                .containsExactly(
                        "line 12: Invalid field 'start' of step 'mel': it is double. It must be array<float>.",
                        "line 12: Invalid nFft: 5000. It must be within 2 and 4096.");
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
