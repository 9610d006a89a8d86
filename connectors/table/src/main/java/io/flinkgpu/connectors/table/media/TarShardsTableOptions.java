package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.tar.TarShards;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** What connector {@code tar-shards} has beside {@link FileTableOptions}. */
@PublicEvolving
public final class TarShardsTableOptions {

    /** How keys begin that name the members of a column. */
    static final String MEMBER_PREFIX = "member.";

    /** The largest sample. */
    public static final ConfigOption<MemorySize> MAX_SAMPLE_SIZE =
            ConfigOptions.key("max-sample-size")
                    .memoryType()
                    .defaultValue(TarShards.DEFAULT_MAX_SAMPLE_SIZE)
                    .withDescription(
                            "A larger sample, all its members together, cannot be read (on-error). Raising it takes more heap.");

    private TarShardsTableOptions() {}
}
