package io.flinkgpu.inference.model.store;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** The options of the copies of models that a machine keeps. */
@PublicEvolving
public final class ModelCacheOptions {

    public static final ConfigOption<String> DIRECTORY =
            ConfigOptions.key("inference.model-cache.directory")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where this machine keeps the models that it has fetched from other"
                                    + " file systems; all its processes share it. Without it:"
                                    + " .flink-gpu/models in the home directory of the process's"
                                    + " user. Models of local paths are used in place.");

    public static final ConfigOption<MemorySize> MAX_SIZE =
            ConfigOptions.key("inference.model-cache.max-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(20 * 1024))
                    .withDescription(
                            "Most bytes of fetched models on this machine. Raising it keeps more"
                                    + " models from being fetched again; the longest unused goes"
                                    + " first, and none that a process uses.");

    private ModelCacheOptions() {}
}
