package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.health.DetectorOptions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How the health of devices is looked at.
 *
 * @param command name or path of {@code nvidia-smi}
 * @param interval between two runs of the command, above zero
 * @param timeout of a run, above zero
 * @param kernelLog the file to follow for XID errors, which need not exist yet
 */
record GpuHealthConfig(
        String command, Duration interval, Duration timeout, Optional<Path> kernelLog) {

    /**
     * Reads and checks the options.
     *
     * @throws IllegalConfigurationException with all that is wrong
     */
    static GpuHealthConfig from(ReadableConfig options) {
        CheckedOptions checked = new CheckedOptions(options);
        GpuHealthConfig config =
                new GpuHealthConfig(
                        checked.get(DetectorOptions.GPU_HEALTH_COMMAND),
                        checked.aboveZero(DetectorOptions.GPU_HEALTH_INTERVAL),
                        checked.aboveZero(DetectorOptions.GPU_HEALTH_TIMEOUT),
                        checked.getOptional(DetectorOptions.GPU_HEALTH_KERNEL_LOG)
                                .map(name -> kernelLog(name, checked)));
        checked.require(
                !config.command().isBlank(),
                DetectorOptions.GPU_HEALTH_COMMAND,
                "empty",
                "It must name a program.");
        checked.throwIfInvalid();
        return config;
    }

    // A device such as /dev/kmsg has no end to follow and no size that grows.
    @Nullable
    private static Path kernelLog(String name, CheckedOptions options) {
        try {
            Path file = Path.of(name);
            if (!Files.exists(file) || (Files.isRegularFile(file) && Files.isReadable(file))) {
                return file;
            }
        } catch (InvalidPathException invalid) {
            // Told below.
        }
        options.require(
                false,
                DetectorOptions.GPU_HEALTH_KERNEL_LOG,
                name,
                "It must be a regular file that this process may read.");
        return null;
    }
}
