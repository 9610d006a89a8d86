package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Reads the files that paths name, of any file system of Flink's.
 *
 * <p>A file that cannot be read, or is larger than the limit, becomes a record with a {@link
 * ReadFailure}, as a path that is none; the job goes on. Keeps no state.
 */
@PublicEvolving
public final class FileReadFunction implements MapFunction<String, FileContent> {

    private final int maxFileBytes;

    /**
     * A function with a limit.
     *
     * @throws IllegalArgumentException if the limit is 2 GiB or more, which no array holds
     */
    public FileReadFunction(MemorySize maxFileSize) {
        if (maxFileSize.getBytes() >= Integer.MAX_VALUE - Byte.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Invalid max file size: %s. It must be below 2 gb.".formatted(maxFileSize));
        }
        this.maxFileBytes = (int) maxFileSize.getBytes();
    }

    @Override
    public FileContent map(String path) throws IOException {
        try {
            return FileContent.of(path, read(new Path(path)));
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e; // the task is being cancelled; the file is not to blame
        } catch (IOException | IllegalArgumentException e) {
            String cause = e.getMessage() == null ? "no message" : e.getMessage();
            return FileContent.unreadable(path, new ReadFailure(e.getClass().getName(), cause));
        }
    }

    private byte[] read(Path path) throws IOException {
        try (FSDataInputStream in = path.getFileSystem().open(path)) {
            byte[] bytes = in.readNBytes(maxFileBytes + 1);
            if (bytes.length > maxFileBytes) {
                throw new IOException("It is larger than %d bytes.".formatted(maxFileBytes));
            }
            return bytes;
        }
    }
}
