package io.flinkgpu.connectors.mark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFinishTest {

    private final JobID job = new JobID();

    @TempDir private Path directory;
    private RunMark mark;

    @BeforeEach
    void createMark() {
        mark =
                RunMark.in(
                        new org.apache.flink.core.fs.Path(directory.toUri()),
                        Instant.ofEpochSecond(1));
    }

    @Test
    void aFinishedJobWhoseInputHasEndedLeavesTheMark() throws Exception {
        endInput(mark.token(), job.toHexString());
        assertThat(mark.marks().finished()).isEmpty();

        // As it comes to the job manager.
        JobStatusHook hook = InstantiationUtil.clone(mark.hook(null));
        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().runs())
                .containsOnlyKeys(mark.token())
                .containsValue(job.toHexString());
    }

    @Test
    void oneThatFailedOrWasCancelledAfterTheEndOfItsInputLeavesNone() throws Exception {
        endInput(mark.token(), job.toHexString());

        mark.hook(null).onFailed(job, new IOException("a sink failed"));
        mark.hook(null).onCanceled(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    /** As a stop with a savepoint does. */
    @Test
    void oneThatFinishedBeforeTheEndOfItsInputLeavesNone() throws Exception {
        endInput("of another run", new JobID().toHexString());

        mark.hook(null).onFinished(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    @Test
    void aJobThatEndsTheRunOfItsStateLeavesTheMarkOfThat() throws Exception {
        endInput(mark.token(), new JobID().toHexString());
        endInput("in the state", job.toHexString());

        mark.hook(null).onFinished(job);
        mark.hook(null).onFinished(job);

        assertThat(mark.marks().finished()).containsExactly("in the state");
    }

    @Test
    void aCheckpointThatIsGoneDoesNotEndTheJobManager() throws Exception {
        endInput(mark.token(), new JobID().toHexString());
        JobStatusHook hook = mark.hook(directory.resolve("chk-1").toUri().toString());

        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    @Test
    void checkpointsAndSavepointsAreOfTheJobThatTheirDirectoriesName() {
        String id = job.toHexString();

        assertThat(RestoredRun.at("s3://bucket/checkpoints/%s/chk-7".formatted(id)).isOf(id))
                .isTrue();
        assertThat(
                        RestoredRun.at(
                                        "file:/savepoints/savepoint-%s-0123456789ab"
                                                .formatted(id.substring(0, 6)))
                                .isOf(id))
                .isTrue();
        assertThat(RestoredRun.at("file:/checkpoints/chk-7").isOf(id)).isFalse();
        assertThat(RestoredRun.at("file:/checkpoints/%s/chk-7".formatted(new JobID())).isOf(id))
                .isFalse();
    }

    @Test
    void whatCannotBeWrittenDoesNotEndTheJobManager() throws Exception {
        endInput(mark.token(), job.toHexString());
        Files.writeString(directory.resolve("finished"), "a file in its place");

        mark.hook(null).onFinished(job);

        assertThat(directory.resolve("finished")).hasContent("a file in its place");
    }

    /** As the run's own sink does. */
    private void endInput(String token, String ofJob) throws IOException {
        Path ended = Files.createDirectories(directory.resolve("ended"));
        Files.writeString(
                ended.resolve("part-" + ofJob + ".jsonl"),
                "{\"token\":\"%s\",\"run\":\"%s\"}\n".formatted(token, ofJob));
    }
}
