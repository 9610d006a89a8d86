package io.flinkgpu.deploy.runs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/** A checkpoint of one operator with one file of state, as Flink writes it. */
public record TestingCheckpoint(Path directory) {

    /** The one that was written into a directory. */
    public static TestingCheckpoint at(Path directory) {
        return new TestingCheckpoint(directory);
    }

    /** Writes it into a directory that does not exist. */
    public static TestingCheckpoint write(Path directory, long id) throws IOException {
        TestingCheckpoint checkpoint = new TestingCheckpoint(directory);
        return write(
                directory,
                id,
                new OperatorStreamStateHandle(
                        Map.of(
                                "in-flight",
                                new OperatorStateHandle.StateMetaInfo(
                                        new long[] {0}, OperatorStateHandle.Mode.SPLIT_DISTRIBUTE)),
                        new FileStateHandle(
                                new org.apache.flink.core.fs.Path(checkpoint.stateFile().toUri()),
                                5)));
    }

    /** Writes it with another state than that of its file. */
    static TestingCheckpoint write(Path directory, long id, OperatorStateHandle state)
            throws IOException {
        TestingCheckpoint checkpoint = new TestingCheckpoint(directory);
        Files.createDirectories(directory);
        Files.writeString(checkpoint.stateFile(), "state");
        OperatorState operator = new OperatorState("infer", "infer", new OperatorID(1, 2), 1, 128);
        operator.putState(0, OperatorSubtaskState.builder().setManagedOperatorState(state).build());
        try (OutputStream metadata = Files.newOutputStream(checkpoint.metadata())) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(id, List.of(operator), List.of()), metadata);
        }
        return checkpoint;
    }

    /** As the ledger names it. */
    public String path() {
        return directory.toUri().toString();
    }

    Path metadata() {
        return directory.resolve("_metadata");
    }

    /** The file that the metadata name. */
    public Path stateFile() {
        return directory.resolve("0a1b-state");
    }
}
