package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;

/**
 * Reads the files that paths name, of any file system of Flink's.
 *
 * <p>A file that cannot be read, or is larger than the limit, becomes a record with a {@link
 * ReadFailure}, as a path that is none; the job goes on. A record has the path as it was given.
 * Keeps no state.
 */
@PublicEvolving
public final class FileReadFunction implements MapFunction<String, FileContent> {

    private final FileLoader loader;

    /**
     * A function with a limit.
     *
     * @throws IllegalArgumentException if the limit is below 1 byte or does not fit an array
     */
    public FileReadFunction(MemorySize maxFileSize) {
        this.loader =
                new FileLoader((int) FileLoader.checkedMaxSize(maxFileSize).getBytes(), false);
    }

    @Override
    public FileContent map(String path) throws IOException {
        Path file;
        try {
            file = new Path(path);
        } catch (IllegalArgumentException noPath) {
            return FileContent.unreadable(path, ReadFailure.of(noPath));
        }
        FileContent read = loader.load(FoundFile.named(file));
        return new FileContent(
                path,
                read.content(),
                read.contentType(),
                read.size(),
                read.modifiedMillis(),
                read.failure());
    }
}
