package io.flinkgpu.inference.model.store;

import io.flinkgpu.inference.config.CheckedOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of a machine's model cache.
 *
 * @param directory absolute; made when a model is fetched
 * @param maxBytes of all copies together, at least 1
 */
@Internal
public record ModelCacheConfig(Path directory, long maxBytes) {

    /**
     * Reads {@link ModelCacheOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static ModelCacheConfig from(ReadableConfig options) {
        CheckedOptions checked = new CheckedOptions(options);
        ModelCacheConfig config =
                new ModelCacheConfig(directory(checked), checked.bytes(ModelCacheOptions.MAX_SIZE));
        checked.throwIfInvalid();
        return config;
    }

    /** The default of every option. */
    public static ModelCacheConfig defaults() {
        return from(new Configuration());
    }

    private static Path directory(CheckedOptions options) {
        String text = options.getOptional(ModelCacheOptions.DIRECTORY).orElse("");
        Path ofUser = Path.of(System.getProperty("user.home", "."), ".flink-gpu", "models");
        try {
            return (text.isBlank() ? ofUser : Path.of(text)).toAbsolutePath().normalize();
        } catch (InvalidPathException invalid) {
            options.require(
                    false, ModelCacheOptions.DIRECTORY, text, "It must be a local directory.");
            return ofUser;
        }
    }
}
