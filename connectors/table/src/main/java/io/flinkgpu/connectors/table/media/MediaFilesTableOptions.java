package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.media.MediaFiles;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** What connector {@code media-files} has beside {@link FileTableOptions}. */
@PublicEvolving
public final class MediaFilesTableOptions {

    /** The largest content. */
    public static final ConfigOption<MemorySize> MAX_FILE_SIZE =
            ConfigOptions.key("max-file-size")
                    .memoryType()
                    .defaultValue(MediaFiles.DEFAULT_MAX_FILE_SIZE)
                    .withDescription(
                            "The content of a larger file is not read: it cannot be read (on-error), or is a reference. Raising it takes more heap.");

    /** Whether larger files are rows without content. */
    public static final ConfigOption<Boolean> REFERENCES =
            ConfigOptions.key("references")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether a file larger than max-file-size is a row whose content is NULL, with path, size and type.");

    /** How many files a subtask reads at once. */
    public static final ConfigOption<Integer> CONCURRENT_READS =
            ConfigOptions.key("concurrent-reads")
                    .intType()
                    .defaultValue(MediaFiles.DEFAULT_CONCURRENT_READS)
                    .withDescription(
                            "Files that a subtask reads at once. Raising it helps on object stores, and takes so many times the memory.");

    private MediaFilesTableOptions() {}
}
