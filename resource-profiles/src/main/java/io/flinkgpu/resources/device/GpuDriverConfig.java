package io.flinkgpu.resources.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The validated options of the GPU driver.
 *
 * @param simulatedCount simulated devices, at least 0; 0 means real devices
 * @param simulatedMemory memory of each simulated device, above 0
 * @param nvidiaSmi the program that lists real devices, not blank
 * @param nvidiaSmiTimeout how long that program may take, above 0
 */
record GpuDriverConfig(
        int simulatedCount,
        MemorySize simulatedMemory,
        String nvidiaSmi,
        Duration nvidiaSmiTimeout) {

    /**
     * Reads the whole configuration of the task manager.
     *
     * @throws IllegalConfigurationException naming every problem
     */
    static GpuDriverConfig from(ReadableConfig config) {
        List<String> problems = new ArrayList<>();
        int count = read(config, GpuDriverOptions.SIMULATED_COUNT, problems);
        MemorySize memory = read(config, GpuDriverOptions.SIMULATED_MEMORY, problems);
        String program = read(config, GpuDriverOptions.NVIDIA_SMI_PATH, problems);
        Duration timeout = read(config, GpuDriverOptions.NVIDIA_SMI_TIMEOUT, problems);
        check(count >= 0, GpuDriverOptions.SIMULATED_COUNT, count, "be at least 0", problems);
        check(
                memory.getBytes() > 0,
                GpuDriverOptions.SIMULATED_MEMORY,
                memory,
                "be above 0",
                problems);
        check(
                !program.isBlank(),
                GpuDriverOptions.NVIDIA_SMI_PATH,
                program,
                "name a program",
                problems);
        check(
                timeout.toMillis() > 0,
                GpuDriverOptions.NVIDIA_SMI_TIMEOUT,
                timeout,
                "be at least 1 ms",
                problems);
        checkResourceName(config, problems);
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return new GpuDriverConfig(count, memory, program, timeout);
    }

    /** Returns the discovery that these options ask for. */
    DeviceDiscovery discovery() {
        return simulatedCount > 0
                ? new SimulatedDiscovery(simulatedCount, simulatedMemory)
                : new NvidiaSmiDiscovery(nvidiaSmi, nvidiaSmiTimeout);
    }

    private static <T> T read(
            ReadableConfig config, ConfigOption<T> option, List<String> problems) {
        try {
            return config.get(option);
        } catch (IllegalArgumentException e) {
            problems.add("Invalid " + option.key() + ": " + e.getMessage());
            return option.defaultValue();
        }
    }

    private static void check(
            boolean valid,
            ConfigOption<?> option,
            Object value,
            String bound,
            List<String> problems) {
        if (!valid) {
            problems.add("Invalid " + option.key() + ": " + value + ". It must " + bound + ".");
        }
    }

    private static void checkResourceName(ReadableConfig config, List<String> problems) {
        List<String> resources = config.get(ExternalResourceOptions.EXTERNAL_RESOURCE_LIST);
        if (!resources.contains(GpuDriverOptions.RESOURCE)) {
            problems.add(
                    "Invalid "
                            + ExternalResourceOptions.EXTERNAL_RESOURCE_LIST.key()
                            + ": "
                            + resources
                            + ". The GPU driver serves the resource named 'gpu'.");
        }
    }
}
