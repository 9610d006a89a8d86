package io.flinkgpu.resources.device;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of the GPU driver plugin in Flink's configuration.
 *
 * <p>Each is also read with Flink's own prefix for driver parameters, such as {@code
 * external-resource.gpu.param.simulated.count}; the short key wins.
 */
@PublicEvolving
public final class GpuDriverOptions {

    /** The name of the external resource that this plugin serves. */
    public static final String RESOURCE = "gpu";

    static final String PREFIX = "external-resource." + RESOURCE + ".";
    static final String PARAM_PREFIX =
            ExternalResourceOptions.getExternalResourceParamConfigPrefixForResource(RESOURCE);
    static final String AMOUNT_KEY =
            ExternalResourceOptions.getAmountConfigOptionForResource(RESOURCE);
    static final String DRIVER_FACTORY_KEY =
            ExternalResourceOptions.getExternalResourceDriverFactoryConfigOptionForResource(
                    RESOURCE);

    /** How many simulated devices the task manager has. */
    public static final ConfigOption<Integer> SIMULATED_COUNT =
            ConfigOptions.key(PREFIX + "simulated.count")
                    .intType()
                    .defaultValue(0)
                    .withFallbackKeys(PARAM_PREFIX + "simulated.count")
                    .withDescription(
                            "Number of simulated devices. Above 0, the task manager offers these and does"
                                    + " not look for real ones; 0 means real devices.");

    /** The memory of each simulated device. */
    public static final ConfigOption<MemorySize> SIMULATED_MEMORY =
            ConfigOptions.key(PREFIX + "simulated.memory")
                    .memoryType()
                    .defaultValue(MemorySize.parse("16 gb"))
                    .withFallbackKeys(PARAM_PREFIX + "simulated.memory")
                    .withDescription(
                            "Memory of each simulated device. Raising it lets leases with larger caps"
                                    + " share a device; no memory is taken.");

    /** The program that lists real devices. */
    public static final ConfigOption<String> NVIDIA_SMI_PATH =
            ConfigOptions.key(PREFIX + "nvidia-smi.path")
                    .stringType()
                    .defaultValue("nvidia-smi")
                    .withFallbackKeys(PARAM_PREFIX + "nvidia-smi.path")
                    .withDescription("Name or path of the program that lists the real devices.");

    /** How long that program may take. */
    public static final ConfigOption<Duration> NVIDIA_SMI_TIMEOUT =
            ConfigOptions.key(PREFIX + "nvidia-smi.timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withFallbackKeys(PARAM_PREFIX + "nvidia-smi.timeout")
                    .withDescription(
                            "How long the task manager waits at its start for that program. Raising it"
                                    + " helps machines with many devices and no persistence daemon.");

    private GpuDriverOptions() {}
}
