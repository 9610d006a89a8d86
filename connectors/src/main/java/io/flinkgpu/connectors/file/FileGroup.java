package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.listing.ExactPath;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.core.fs.Path;

/**
 * Several files in one split, because every split costs a round trip to the job manager.
 *
 * <p>{@link FileSourceSplit} holds one path and its serializer (Flink 2.3) refuses subclasses. The
 * first file is the split's path; the others travel in the place of its host names, which need no
 * escaping and which only a locality-aware assigner would look at. The split's position counts the
 * files that were read.
 */
final class FileGroup {

    private FileGroup() {}

    static FileSourceSplit toSplit(String id, List<Path> files) {
        String[] others = files.stream().skip(1).map(ExactPath::format).toArray(String[]::new);
        return new FileSourceSplit(id, files.get(0), 0, 0, 0, 0, others);
    }

    /** The same files under another id, from the first one on. */
    static FileSourceSplit withId(String id, FileSourceSplit split) {
        return new FileSourceSplit(id, split.path(), 0, 0, 0, 0, split.hostnames());
    }

    static int size(FileSourceSplit split) {
        return 1 + split.hostnames().length;
    }

    static Path file(FileSourceSplit split, int index) {
        return index == 0 ? split.path() : ExactPath.parse(split.hostnames()[index - 1]);
    }

    /** All files, in the order in which they are read. */
    static List<Path> files(FileSourceSplit split) {
        Path[] files = new Path[size(split)];
        Arrays.setAll(files, index -> file(split, index));
        return List.of(files);
    }
}
