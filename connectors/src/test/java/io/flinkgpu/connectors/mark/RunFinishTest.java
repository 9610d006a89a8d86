package io.flinkgpu.connectors.mark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.FullyFinishedOperatorState;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFinishTest {

    private static final String END = "rows.run-end";

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
        JobStatusHook hook = InstantiationUtil.clone(new RunFinish(mark, null));
        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().runs())
                .containsOnlyKeys(mark.token())
                .containsValue(job.toHexString());
    }

    @Test
    void oneThatFailedOrWasCancelledAfterTheEndOfItsInputLeavesNone() throws Exception {
        endInput(mark.token(), job.toHexString());

        new RunFinish(mark, null).onFailed(job, new IOException("a sink failed"));
        new RunFinish(mark, null).onCanceled(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    /** As a stop with a savepoint does. */
    @Test
    void oneThatFinishedBeforeTheEndOfItsInputLeavesNone() throws Exception {
        endInput("of another run", new JobID().toHexString());

        new RunFinish(mark, null).onFinished(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    @Test
    void aJobThatEndsTheRunOfItsStateLeavesTheMarkOfThat() throws Exception {
        endInput(mark.token(), new JobID().toHexString());
        endInput("in the state", job.toHexString());

        new RunFinish(mark, null).onFinished(job);
        new RunFinish(mark, null).onFinished(job);

        assertThat(mark.marks().finished()).containsExactly("in the state");
    }

    @Test
    void aJobThatGoesOnBehindTheEndTakesItOver() throws Exception {
        JobID before = new JobID();
        endInput(mark.token(), before.toHexString());
        JobStatusHook hook = goingOn(mark, checkpoint(before, isEnd(true)));

        hook.onCreated(job);
        hook.onCreated(job);
        assertThat(mark.marks().ended())
                .contains(new RunMarks.End(mark.token(), job.toHexString()))
                .hasSize(2);
        assertThat(mark.marks().finished()).isEmpty();
        hook.onFinished(job);

        assertThat(mark.marks().runs())
                .containsOnlyKeys(mark.token())
                .containsValue(job.toHexString());
    }

    /** It is resumed by hand; the directory says whose run it was. */
    @Test
    void aJobWithATokenOfItsOwnTakesOverTheEndOfItsCheckpointsJob() throws Exception {
        JobID before = new JobID();
        endInput("seen", before.toHexString());
        endInput("of another run", new JobID().toHexString());
        JobStatusHook hook = goingOn(mark, checkpoint(before, isEnd(true)) + "/_metadata");

        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().finished()).containsExactly("seen");
    }

    /** An earlier attempt had come further; this one is stopped with a savepoint. */
    @Test
    void aJobThatGoesOnInFrontOfTheEndTakesNothingOver() throws Exception {
        JobID before = new JobID();
        endInput(mark.token(), before.toHexString());
        JobStatusHook hook =
                goingOn(mark, checkpoint(before, isEnd(false), finished("other.run-end")));

        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    @Test
    void whatFailsAtTheStartIsTriedAgainAtTheEnd() throws Exception {
        JobID before = new JobID();
        endInput(mark.token(), before.toHexString());
        JobStatusHook hook = goingOn(mark, directory.resolve(before + "/chk-1").toUri().toString());

        hook.onCreated(job);
        checkpoint(before, isEnd(true));
        hook.onFinished(job);

        assertThat(mark.marks().finished()).containsExactly(mark.token());
    }

    @Test
    void aCheckpointThatIsGoneDoesNotEndTheJobManager() throws Exception {
        endInput(mark.token(), new JobID().toHexString());
        JobStatusHook hook = goingOn(mark, directory.resolve("chk-1").toUri().toString());

        hook.onCreated(job);
        hook.onFinished(job);

        assertThat(mark.marks().finished()).isEmpty();
    }

    @Test
    void checkpointsAndSavepointsAreOfTheJobThatTheirDirectoriesName() {
        String id = job.toHexString();

        assertThat(restored("s3://bucket/checkpoints/%s/chk-7".formatted(id)).isOf(id)).isTrue();
        assertThat(
                        restored(
                                        "file:/savepoints/savepoint-%s-0123456789ab"
                                                .formatted(id.substring(0, 6)))
                                .isOf(id))
                .isTrue();
        assertThat(restored("file:/checkpoints/chk-7").isOf(id)).isFalse();
        assertThat(restored("file:/checkpoints/%s/chk-7".formatted(new JobID())).isOf(id))
                .isFalse();
    }

    /** As it comes to the job manager. */
    private static JobStatusHook goingOn(RunMark mark, String checkpoint) throws Exception {
        return InstantiationUtil.clone(new RunFinish(mark, restored(checkpoint)));
    }

    private static RestoredRun restored(String checkpoint) {
        return new RestoredRun(checkpoint, END);
    }

    private static OperatorState isEnd(boolean isFinished) {
        return isFinished ? finished(END) : new OperatorState("end", END, new OperatorID(), 1, 1);
    }

    private static OperatorState finished(String uid) {
        return new FullyFinishedOperatorState("end", uid, new OperatorID(), 1, 1);
    }

    private String checkpoint(JobID ofJob, OperatorState... operators) throws IOException {
        Path checkpoint = Files.createDirectories(directory.resolve(ofJob + "/chk-1"));
        try (OutputStream file = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(1, List.of(operators), List.of()), file);
        }
        return checkpoint.toUri().toString();
    }

    @Test
    void whatCannotBeWrittenDoesNotEndTheJobManager() throws Exception {
        endInput(mark.token(), job.toHexString());
        Files.writeString(directory.resolve("finished"), "a file in its place");

        new RunFinish(mark, null).onFinished(job);

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
