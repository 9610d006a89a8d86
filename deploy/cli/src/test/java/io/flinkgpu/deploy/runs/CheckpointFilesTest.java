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
                DirectoryStreamStateHandle.of(new org.apache.flink.core.fs.Path(directory.toUri()));
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

        assertProblem(checkpoint.path(), "its metadata cannot be read: .*", true);
    }

    @Test
    void missesTheWholeCheckpoint() {
        assertProblem(
                directory.resolve("chk-8").toUri().toString(),
                "its metadata cannot be read: .*",
                true);
    }

    @Test
    void noticesBrokenMetadata() throws Exception {
        Files.writeString(checkpoint.metadata(), "no metadata");

        assertProblem(checkpoint.path(), "its metadata cannot be read: .*", false);
    }

    @Test
    void missesAFileOfState() throws Exception {
        Files.delete(checkpoint.stateFile());

        assertProblem(
                checkpoint.path(),
                ".*" + checkpoint.stateFile().getFileName() + ".* is missing",
                true);
    }

    @Test
    void noticesAFileOfStateThatCannotBeRead() throws Exception {
        Files.delete(checkpoint.stateFile());
        Files.createDirectory(checkpoint.stateFile());

        assertProblem(checkpoint.path(), ".* cannot be read", false);
    }

    /** A file system that nobody can reach says nothing of its files. */
    @Test
    void takesNoFileForMissingWhereNobodyCanTell() {
        assertProblem("none://bucket/chk-7", "its metadata cannot be read: .*", false);
    }

    @Test
    void noticesAnEmptyFileOfState() throws Exception {
        Files.writeString(checkpoint.stateFile(), "");

        assertProblem(checkpoint.path(), ".* is empty", false);
    }

    private static void assertProblem(String path, String text, boolean isMissing) {
        assertThat(CheckpointFiles.problem(path))
                .hasValueSatisfying(
                        problem -> {
                            assertThat(problem.text()).matches("(?s)" + text);
                            assertThat(problem.isMissing()).isEqualTo(isMissing);
                        });
    }
}
