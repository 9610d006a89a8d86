package io.flinkgpu.inference.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class ModelCacheConfigTest {

    @Test
    void hasDefaults() {
        assertThat(ModelCacheConfig.defaults())
                .isEqualTo(
                        new ModelCacheConfig(
                                Path.of(System.getProperty("user.home"), ".flink-gpu/models"),
                                20L << 30));
    }

    @Test
    void readsEveryKey() {
        Configuration options =
                new Configuration()
                        .set(ModelCacheOptions.DIRECTORY, "/data/models")
                        .set(ModelCacheOptions.MAX_SIZE, MemorySize.ofMebiBytes(1));

        assertThat(ModelCacheConfig.from(options))
                .isEqualTo(new ModelCacheConfig(Path.of("/data/models"), 1 << 20));
    }

    @Test
    void refusesEveryInvalidValueAtOnce() {
        Configuration options =
                new Configuration()
                        .set(ModelCacheOptions.DIRECTORY, "no\0path")
                        .set(ModelCacheOptions.MAX_SIZE, MemorySize.ZERO);

        assertThatThrownBy(() -> ModelCacheConfig.from(options))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("Invalid inference.model-cache.directory: no\0path.")
                .hasMessageContaining("Invalid inference.model-cache.max-size: 0 bytes.");
    }
}
