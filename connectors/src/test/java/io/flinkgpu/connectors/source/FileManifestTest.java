package io.flinkgpu.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.mark.RunMark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileManifestTest {

    private static final FoundFile A = file("a", 1, 10);
    private static final FoundFile B = file("b", 2, 10);
    private static final FoundFile C = file("c", 3, 10);

    @TempDir private Path directory;

    @Test
    void filesCountWhenTheirRunHasFinished() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A, B));
        assertThat(manifest(2).fresh(List.of(A, B, C))).containsExactly(A, B, C);

        finish(first, "job-1");

        assertThat(manifest(2).fresh(List.of(A, B, C))).containsExactly(C);
    }

    @Test
    void aChangedFileIsNew() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A, B));
        finish(first, "job-1");

        FoundFile larger = file("a", 2, 10);
        FoundFile later = file("b", 2, 11);
        assertThat(manifest(2).fresh(List.of(larger, later))).containsExactly(larger, later);
    }

    @Test
    void whatLaterRunsReadDoesNotCountSinceAnEarlierOne() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A));
        finish(first, "job-1");
        FileManifest second = manifest(2);
        second.write(List.of(B));
        finish(second, "job-2");

        assertThat(since("job-1").fresh(List.of(A, B, C))).containsExactly(B, C);
        assertThat(since("job-2").fresh(List.of(A, B, C))).containsExactly(C);
        assertThatThrownBy(() -> since("job-3").fresh(List.of(A)))
                .hasMessageStartingWith("run 'job-3' has left nothing in ");
    }

    private static FoundFile file(String name, long size, long modified) {
        return new FoundFile(
                new org.apache.flink.core.fs.Path("file:/data/" + name), size, modified);
    }

    private FileManifest manifest(int second) {
        return new FileManifest(RunMark.in(root(), Instant.ofEpochSecond(second)));
    }

    private FileManifest since(String job) {
        return new FileManifest(RunMark.in(root(), Instant.ofEpochSecond(9)), job);
    }

    private org.apache.flink.core.fs.Path root() {
        return new org.apache.flink.core.fs.Path(directory.toUri());
    }

    /** As the run's own sink does. */
    private void finish(FileManifest manifest, String job) throws Exception {
        Path marks = Files.createDirectories(directory.resolve("finished"));
        Files.writeString(
                marks.resolve("part-" + job + ".jsonl"),
                "{\"token\":\"%s\",\"run\":\"%s\"}\n".formatted(manifest.mark().token(), job));
    }
}
