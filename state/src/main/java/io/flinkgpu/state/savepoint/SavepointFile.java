package io.flinkgpu.state.savepoint;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * The metadata file of a savepoint or checkpoint, which names all others.
 *
 * <p>Touches {@link Checkpoints#loadCheckpointMetadata} and {@link
 * AbstractFsCheckpointStorageAccess#resolveCheckpointPointer} of Flink 2.3.
 */
@Internal
public final class SavepointFile {

    private SavepointFile() {}

    /**
     * Reads it.
     *
     * @param path of its directory, or of the file itself
     * @throws IOException if there is none, or it is none
     */
    public static CheckpointMetadata load(String path) throws IOException {
        StreamStateHandle file;
        try {
            file =
                    AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path)
                            .getMetadataHandle();
        } catch (IOException | IllegalArgumentException missing) {
            throw new IOException(
                    "Cannot find the metadata of %s: %s".formatted(path, missing.getMessage()),
                    missing);
        }
        try (FSDataInputStream stream = file.openInputStream();
                DataInputStream data = new DataInputStream(stream)) {
            if (data.readInt() != Checkpoints.HEADER_MAGIC_NUMBER) {
                throw notOne(path, null);
            }
            stream.seek(0);
            return Checkpoints.loadCheckpointMetadata(
                    data, SavepointFile.class.getClassLoader(), path);
        } catch (EOFException cutOff) {
            throw notOne(path, cutOff);
        }
    }

    private static IOException notOne(String path, Exception cause) {
        return new IOException(
                "Cannot read the metadata of %s: it is no savepoint or checkpoint of Flink, or its metadata are cut off."
                        .formatted(path),
                cause);
    }
}
