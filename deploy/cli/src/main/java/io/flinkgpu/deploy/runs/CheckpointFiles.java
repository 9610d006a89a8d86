package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.savepoint.SavepointFile;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.AbstractChannelStateHandle;
import org.apache.flink.runtime.state.AbstractMergedChannelStateHandle;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.PhysicalStateHandleID;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptySegmentFileStateHandle;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * The files of a checkpoint: its metadata, and those that these name.
 *
 * <p>Touches the kinds of state handles of Flink 2.3. A subtask without state stands for itself by
 * an empty handle where files are merged; those of the changelog state backend are not looked into.
 */
final class CheckpointFiles {

    private CheckpointFiles() {}

    /**
     * What is wrong with a checkpoint.
     *
     * @param text the end of a sentence
     * @param isMissing whether a file is gone for good; else it, or its file system, may be read
     *     later
     */
    record Problem(String text, boolean isMissing) {}

    /**
     * Opens every file, and reads from it; empty: the checkpoint can be restored.
     *
     * @param path as Flink and the ledger name the checkpoint
     */
    static Optional<Problem> problem(String path) {
        Collection<StreamStateHandle> files;
        try {
            files = files(path);
        } catch (IOException | RuntimeException unreadable) {
            return Optional.of(
                    new Problem(
                            "its metadata cannot be read: " + unreadable.getMessage(),
                            !hasMetadata(new Path(path))));
        }
        for (StreamStateHandle file : files) {
            try (FSDataInputStream stream = file.openInputStream()) {
                if (file.getStateSize() > 0 && stream.read() < 0) {
                    return Optional.of(new Problem("%s is empty".formatted(file), false));
                }
            } catch (IOException | RuntimeException unreadable) {
                boolean isMissing = path(file).map(each -> !mayExist(each)).orElse(false);
                return Optional.of(
                        new Problem(
                                "%s %s"
                                        .formatted(
                                                file, isMissing ? "is missing" : "cannot be read"),
                                isMissing));
            }
        }
        return Optional.empty();
    }

    private static boolean hasMetadata(Path checkpoint) {
        return mayExist(checkpoint)
                && (checkpoint
                                .getName()
                                .equals(AbstractFsCheckpointStorageAccess.METADATA_FILE_NAME)
                        || mayExist(
                                new Path(
                                        checkpoint,
                                        AbstractFsCheckpointStorageAccess.METADATA_FILE_NAME)));
    }

    /** Only a file system that answers can say that a file is gone. */
    private static boolean mayExist(Path file) {
        try {
            return file.getFileSystem().exists(file);
        } catch (IOException | RuntimeException noAnswer) {
            return true;
        }
    }

    private static Optional<Path> path(StreamStateHandle file) {
        return file instanceof SegmentFileStateHandle segment
                ? Optional.of(segment.getFilePath())
                : file.maybeGetPath();
    }

    /** Each once: several subtasks may write into one file. */
    private static Collection<StreamStateHandle> files(String path) throws IOException {
        Map<PhysicalStateHandleID, StreamStateHandle> files = new LinkedHashMap<>();
        SavepointFile.load(path).getOperatorStates().stream()
                .flatMap(CheckpointFiles::ofOperator)
                .filter(file -> !(file instanceof EmptySegmentFileStateHandle))
                .forEach(file -> files.putIfAbsent(file.getStreamStateHandleID(), file));
        return files.values();
    }

    private static Stream<StreamStateHandle> ofOperator(OperatorState operator) {
        return Stream.concat(
                Stream.ofNullable(operator.getCoordinatorState()),
                operator.getStates().stream().flatMap(CheckpointFiles::ofSubtask));
    }

    private static Stream<StreamStateHandle> ofSubtask(OperatorSubtaskState subtask) {
        return Stream.of(
                        subtask.getManagedOperatorState(),
                        subtask.getRawOperatorState(),
                        subtask.getManagedKeyedState(),
                        subtask.getRawKeyedState(),
                        subtask.getInputChannelState(),
                        subtask.getUpstreamOutputBufferState(),
                        subtask.getResultSubpartitionState())
                .flatMap(Collection::stream)
                .flatMap(CheckpointFiles::ofState);
    }

    private static Stream<StreamStateHandle> ofState(StateObject state) {
        if (state instanceof OperatorStateHandle operator) {
            return Stream.of(operator.getDelegateStateHandle());
        }
        if (state instanceof AbstractChannelStateHandle<?> channel) {
            return Stream.of(channel.getDelegate());
        }
        if (state instanceof AbstractMergedChannelStateHandle<?, ?> channels) {
            return Stream.of(channels.getDelegate());
        }
        return state instanceof KeyedStateHandle keyed ? ofKeyedState(keyed) : Stream.empty();
    }

    private static Stream<StreamStateHandle> ofKeyedState(KeyedStateHandle state) {
        if (state instanceof KeyGroupsStateHandle keyGroups) {
            return Stream.of(keyGroups.getDelegateStateHandle());
        }
        if (state instanceof IncrementalRemoteKeyedStateHandle increment) {
            return Stream.of(
                            Stream.of(increment.getMetaDataStateHandle()),
                            increment.getSharedState().stream().map(HandleAndLocalPath::getHandle),
                            increment.getPrivateState().stream().map(HandleAndLocalPath::getHandle))
                    .flatMap(handles -> handles);
        }
        return Stream.empty();
    }
}
