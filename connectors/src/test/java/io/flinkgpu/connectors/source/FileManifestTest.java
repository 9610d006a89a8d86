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

    private static final String JOB_1 = "a1" + "0".repeat(30);
    private static final String JOB_2 = "a2" + "0".repeat(30);

    @TempDir private Path directory;

    @Test
    void filesCountWhenTheirRunHasFinished() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A, B));
        assertThat(manifest(2).fresh(List.of(A, B, C))).containsExactly(A, B, C);

        finish(first, JOB_1);

        assertThat(manifest(2).fresh(List.of(A, B, C))).containsExactly(C);
    }

    @Test
    void aChangedFileIsNew() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A, B));
        finish(first, JOB_1);

        FoundFile larger = file("a", 2, 10);
        FoundFile later = file("b", 2, 11);
        assertThat(manifest(2).fresh(List.of(larger, later))).containsExactly(larger, later);
    }

    @Test
    void whatLaterRunsReadDoesNotCountSinceAnEarlierOne() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A));
        finish(first, JOB_1);
        FileManifest second = manifest(2);
        second.write(List.of(B));
        finish(second, JOB_2);

        assertThat(since(JOB_1).fresh(List.of(A, B, C))).containsExactly(B, C);
        assertThat(since(JOB_2).fresh(List.of(A, B, C))).containsExactly(C);
        assertThatThrownBy(() -> since("c000").fresh(List.of(A)))
                .hasMessageStartingWith("run 'c000' has left nothing in ");
    }

    @Test
    void theBeginningOfAnIdMustTellARunFromOthers() throws Exception {
        finish(manifest(1), JOB_1);
        finish(manifest(2), JOB_2);

        assertThatThrownBy(() -> since("a").fresh(List.of(A)))
                .hasMessage(
                        "the ids of several runs begin with 'a': %s, %s. Give more of one."
                                .formatted(JOB_1, JOB_2));
    }

    @Test
    void aRunIsUnfinishedUntilItsMarkOrThatOfALaterOneIsThere() throws Exception {
        FileManifest first = manifest(1);
        first.write(List.of(A));
        FileManifest second = manifest(2);
        second.write(List.of(A, B));
        manifest(3).write(List.of());

        assertThat(first.mark().unfinished()).containsExactly(second.mark().token());
        assertThat(manifest(4).mark().unfinished())
                .containsExactly(first.mark().token(), second.mark().token());

        finish(second, JOB_2);

        assertThat(manifest(4).mark().unfinished()).isEmpty();
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

    private static void finish(FileManifest manifest, String job) throws Exception {
        RunMark mark = manifest.mark();
        Path finished =
                Files.createDirectories(Path.of(mark.directory().getPath()).resolve("finished"));
        Files.writeString(
                finished.resolve(mark.token() + ".jsonl"),
                "{\"token\":\"%s\",\"run\":\"%s\"}\n".formatted(mark.token(), job));
    }
}
