package io.flinkgpu.resources.device;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.MemorySize;

/**
 * One GPU of this process, real or simulated.
 *
 * @param index the device's number among those that the process sees, from 0: what CUDA calls its
 *     ordinal
 * @param uuid the device's identity, the same whichever process looks at it
 * @param name the product name, such as {@code NVIDIA A100-SXM4-80GB}; {@code simulated} for a
 *     simulated device
 * @param memory the whole device memory
 * @param driverVersion the driver's version; {@code none} for a simulated device
 * @param simulated whether there is no hardware behind it
 */
@PublicEvolving
public record GpuDevice(
        int index,
        String uuid,
        String name,
        MemorySize memory,
        String driverVersion,
        boolean simulated)
        implements Serializable {

    /** Refuses a device that could not be leased. */
    public GpuDevice {
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(driverVersion, "driverVersion");
        if (index < 0) {
            throw new IllegalArgumentException(
                    "Invalid device index: " + index + ". It must be at least 0.");
        }
        if (memory.getBytes() == 0) {
            throw new IllegalArgumentException(
                    "Invalid memory of device " + uuid + ": 0 bytes. It must be above 0.");
        }
    }

    /**
     * Reads a device from what Flink hands to a task for the external resource {@code gpu}.
     *
     * <p>By property keys alone: the plugin that made {@code info} has a class loader of its own,
     * so that its classes are strangers here.
     *
     * @throws IllegalArgumentException if a property is missing or no number, as for another
     *     vendor's driver
     */
    public static GpuDevice from(ExternalResourceInfo info) {
        return new GpuDevice(
                Math.toIntExact(number(info, GpuInfo.INDEX)),
                property(info, GpuInfo.UUID),
                property(info, GpuInfo.NAME),
                new MemorySize(number(info, GpuInfo.MEMORY_BYTES)),
                property(info, GpuInfo.DRIVER_VERSION),
                Boolean.parseBoolean(property(info, GpuInfo.SIMULATED)));
    }

    private static long number(ExternalResourceInfo info, String key) {
        String value = property(info, key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Invalid GPU property " + key + ": '" + value + "'. It must be a number.", e);
        }
    }

    private static String property(ExternalResourceInfo info, String key) {
        return info.getProperty(key)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Invalid GPU properties: "
                                                + info.getKeys()
                                                + ". The key '"
                                                + key
                                                + "' is missing: set "
                                                + GpuDriverOptions.DRIVER_FACTORY_KEY
                                                + " to "
                                                + GpuDriverFactory.class.getName()
                                                + "."));
    }
}
