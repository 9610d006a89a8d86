package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class GpuDeviceTest {

    private static final GpuDevice DEVICE =
            new GpuDevice(1, "GPU-5b", "Tesla T4", MemorySize.parse("15360 mb"), "550.54", false);

    @Test
    void crossesThePluginsBorderAsProperties() {
        assertThat(GpuDevice.from(new TestingInfo(properties()))).isEqualTo(DEVICE);
    }

    @Test
    void survivesJavaSerialisation() throws Exception {
        assertThat(InstantiationUtil.clone(DEVICE)).isEqualTo(DEVICE);
    }

    @Test
    void namesTheMissingProperty() {
        Map<String, String> properties = properties();
        properties.remove("uuid");

        assertThatThrownBy(() -> GpuDevice.from(new TestingInfo(properties)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid GPU properties: [driver-version, index, memory-bytes, name, simulated]."
                                + " The key 'uuid' is missing: set"
                                + " external-resource.gpu.driver-factory.class to"
                                + " io.flinkgpu.resources.device.GpuDriverFactory.");
    }

    @Test
    void namesThePropertyThatIsNoNumber() {
        Map<String, String> properties = properties();
        properties.put("index", "one");

        assertThatThrownBy(() -> GpuDevice.from(new TestingInfo(properties)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid GPU property index: 'one'. It must be a number.");
    }

    @Test
    void refusesANegativeIndex() {
        assertThatThrownBy(() -> new GpuDevice(-1, "a", "b", MemorySize.parse("1 gb"), "c", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid device index: -1. It must be at least 0.");
    }

    @Test
    void refusesADeviceWithoutMemory() {
        assertThatThrownBy(() -> new GpuDevice(0, "a", "b", MemorySize.ZERO, "c", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid memory of device a: 0 bytes. It must be above 0.");
    }

    private static Map<String, String> properties() {
        GpuInfo info = new GpuInfo(DEVICE);
        Map<String, String> properties = new TreeMap<>();
        info.getKeys().forEach(key -> properties.put(key, info.getProperty(key).orElseThrow()));
        return properties;
    }

    /** A foreign class, as the plugin's own is in another class loader. */
    private record TestingInfo(Map<String, String> properties) implements ExternalResourceInfo {

        @Override
        public Optional<String> getProperty(String key) {
            return Optional.ofNullable(properties.get(key));
        }

        @Override
        public Collection<String> getKeys() {
            return new TreeSet<>(properties.keySet());
        }
    }
}
