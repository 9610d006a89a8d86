package io.flinkgpu.resources.device;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;

/** A device as Flink carries it from the plugin to the tasks: string properties. Immutable. */
@Internal
public final class GpuInfo implements ExternalResourceInfo {

    static final String INDEX = "index";
    static final String UUID = "uuid";
    static final String NAME = "name";
    static final String MEMORY_BYTES = "memory-bytes";
    static final String DRIVER_VERSION = "driver-version";
    static final String SIMULATED = "simulated";

    private final Map<String, String> properties;

    GpuInfo(GpuDevice device) {
        this.properties =
                Map.of(
                        INDEX, Integer.toString(device.index()),
                        UUID, device.uuid(),
                        NAME, device.name(),
                        MEMORY_BYTES, Long.toString(device.memory().getBytes()),
                        DRIVER_VERSION, device.driverVersion(),
                        SIMULATED, Boolean.toString(device.simulated()));
    }

    @Override
    public Optional<String> getProperty(String key) {
        return Optional.ofNullable(properties.get(key));
    }

    @Override
    public Collection<String> getKeys() {
        return properties.keySet();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GpuInfo that && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return properties.hashCode();
    }

    @Override
    public String toString() {
        return "GpuInfo" + properties;
    }
}
