package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class GpuDriverConfigTest {

    @Test
    void hasDefaults() {
        GpuDriverConfig config = read(Map.of());

        assertThat(config)
                .isEqualTo(
                        new GpuDriverConfig(
                                0,
                                MemorySize.parse("16 gb"),
                                "nvidia-smi",
                                Duration.ofSeconds(30)));
        assertThat(config.discovery()).isInstanceOf(NvidiaSmiDiscovery.class);
    }

    @Test
    void mapsEveryKey() {
        GpuDriverConfig config =
                read(
                        Map.of(
                                "external-resource.gpu.simulated.count", "2",
                                "external-resource.gpu.simulated.memory", "1 gb",
                                "external-resource.gpu.nvidia-smi.path", "/opt/nvidia-smi",
                                "external-resource.gpu.nvidia-smi.timeout", "5 s"));

        assertThat(config)
                .isEqualTo(
                        new GpuDriverConfig(
                                2,
                                MemorySize.parse("1 gb"),
                                "/opt/nvidia-smi",
                                Duration.ofSeconds(5)));
        assertThat(config.discovery().discover()).hasSize(2);
    }

    @Test
    void mapsEveryKeyWithFlinksPrefixForParameters() {
        GpuDriverConfig config =
                read(
                        Map.of(
                                "external-resource.gpu.param.simulated.count", "3",
                                "external-resource.gpu.param.simulated.memory", "2 gb",
                                "external-resource.gpu.param.nvidia-smi.path", "other",
                                "external-resource.gpu.param.nvidia-smi.timeout", "1 s"));

        assertThat(config)
                .isEqualTo(
                        new GpuDriverConfig(
                                3, MemorySize.parse("2 gb"), "other", Duration.ofSeconds(1)));
    }

    @Test
    void prefersTheShortKey() {
        GpuDriverConfig config =
                read(
                        Map.of(
                                "external-resource.gpu.simulated.count", "1",
                                "external-resource.gpu.param.simulated.count", "2"));

        assertThat(config.simulatedCount()).isEqualTo(1);
    }

    @Test
    void refusesEveryInvalidValueAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "external-resource.gpu.simulated.count", "-1",
                                                "external-resource.gpu.simulated.memory", "0 gb",
                                                "external-resource.gpu.nvidia-smi.path", " ",
                                                "external-resource.gpu.nvidia-smi.timeout", "0 s")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll(
                        "Invalid external-resource.gpu.simulated.count: -1. It must be at least 0.",
                        "Invalid external-resource.gpu.simulated.memory: 0 bytes. It must be above 0.",
                        "Invalid external-resource.gpu.nvidia-smi.path:  . It must name a program.",
                        "Invalid external-resource.gpu.nvidia-smi.timeout: PT0S. It must be at least 1"
                                + " ms.");
    }

    @Test
    void refusesValuesOfAnotherType() {
        assertThatThrownBy(() -> read(Map.of("external-resource.gpu.simulated.count", "two")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageStartingWith("Invalid external-resource.gpu.simulated.count: ")
                .hasMessageContaining("two");
    }

    @Test
    void refusesToServeAnotherResourceName() {
        Configuration config = new Configuration();
        config.setString("external-resources", "accelerator");

        assertThatThrownBy(() -> GpuDriverConfig.from(config))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid external-resources: [accelerator]. The GPU driver serves the resource"
                                + " named 'gpu'.");
    }

    private static GpuDriverConfig read(Map<String, String> values) {
        Configuration config = Configuration.fromMap(values);
        config.setString("external-resources", "gpu");
        return GpuDriverConfig.from(config);
    }
}
