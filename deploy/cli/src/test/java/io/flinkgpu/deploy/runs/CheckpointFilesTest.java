package io.flinkgpu.deploy.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.state.filemerging.DirectoryStreamStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptyFileMergingOperatorStreamStateHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {

    @TempDir private Path directory;
    private TestingCheckpoint checkpoint;

    @BeforeEach
    void write() throws Exception {
        checkpoint = TestingCheckpoint.write(directory.resolve("chk-7"), 7);
    }

    @Test
    void findsNothingWrongWithAWholeCheckpoint() {
        assertThat(CheckpointFiles.problem(checkpoint.path())).isEmpty();
    }

    /** As execution.checkpointing.file-merging.enabled writes it for a subtask without state. */
    @Test
    void looksIntoNoFileOfASubtaskWithoutState() throws Exception {
        DirectoryStreamStateHandle shared =
                DirectoryStreamStateHandle.of(
                        new org.apache.flink.core.fs.Path(directory.toUri()));
        TestingCheckpoint merged =
                TestingCheckpoint.write(
                        directory.resolve("chk-8"),
                        8,
                        EmptyFileMergingOperatorStreamStateHandle.create(shared, shared));

        assertThat(CheckpointFiles.problem(merged.path())).isEmpty();
    }

    @Test
    void missesTheMetadata() throws Exception {
        Files.delete(checkpoint.metadata());

        assertThat(CheckpointFiles.problem(checkpoint.path()))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("its metadata cannot be read: "));
    }

    @Test
    void missesTheWholeCheckpoint() {
        assertThat(CheckpointFiles.problem(directory.resolve("chk-8").toUri().toString()))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("its metadata cannot be read: "));
    }

    @Test
    void noticesBrokenMetadata() throws Exception {
        Files.writeString(checkpoint.metadata(), "no metadata");

        assertThat(CheckpointFiles.problem(checkpoint.path()))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("its metadata cannot be read: "));
    }

    @Test
    void missesAFileOfState() throws Exception {
        Files.delete(checkpoint.stateFile());

        assertThat(CheckpointFiles.problem(checkpoint.path()))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .contains(checkpoint.stateFile().getFileName().toString())
                                        .endsWith("cannot be read"));
    }

    @Test
    void noticesAnEmptyFileOfState() throws Exception {
        Files.writeString(checkpoint.stateFile(), "");

        assertThat(CheckpointFiles.problem(checkpoint.path()))
                .hasValueSatisfying(problem -> assertThat(problem).endsWith("is empty"));
    }
}
