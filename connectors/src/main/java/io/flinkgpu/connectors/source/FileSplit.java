package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.FoundFile;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Files that one reader reads, one after the other, because every split costs a round trip to the
 * job manager.
 *
 * @param splitId unique within the source
 * @param files at least one
 * @param position from which on they are still to be read
 */
@Internal
public record FileSplit(String splitId, List<FoundFile> files, ReadPosition position)
        implements SourceSplit {

    public FileSplit {
        Objects.requireNonNull(splitId, "splitId");
        Objects.requireNonNull(position, "position");
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid split: no files. It must have at least one.");
        }
    }

    /** The same files from another place on. */
    FileSplit at(ReadPosition next) {
        return new FileSplit(splitId, files, next);
    }

    /** Short, because Flink logs the splits of each reader. */
    @Override
    public String toString() {
        return "FileSplit[%s, %d files from %s, %s]"
                .formatted(splitId, files.size(), files.get(0).path(), position);
    }
}
