package io.flinkgpu.inference.detector;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
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
        List<String> problems = new ArrayList<>();
        GpuHealthConfig config =
                new GpuHealthConfig(
                        options.get(DetectorOptions.GPU_HEALTH_COMMAND),
                        aboveZero(options, DetectorOptions.GPU_HEALTH_INTERVAL, problems),
                        aboveZero(options, DetectorOptions.GPU_HEALTH_TIMEOUT, problems),
                        options.getOptional(DetectorOptions.GPU_HEALTH_KERNEL_LOG)
                                .map(name -> kernelLog(name, problems)));
        if (config.command().isBlank()) {
            problems.add(
                    "Invalid %s: empty. It must name a program."
                            .formatted(DetectorOptions.GPU_HEALTH_COMMAND.key()));
        }
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return config;
    }

    private static Duration aboveZero(
            ReadableConfig options, ConfigOption<Duration> option, List<String> problems) {
        Duration value = options.get(option);
        if (value.isNegative() || value.isZero()) {
            problems.add("Invalid %s: %s. It must be above zero.".formatted(option.key(), value));
        }
        return value;
    }

    // A device such as /dev/kmsg has no end to follow and no size that grows.
    @Nullable
    private static Path kernelLog(String name, List<String> problems) {
        try {
            Path file = Path.of(name);
            if (!Files.exists(file) || (Files.isRegularFile(file) && Files.isReadable(file))) {
                return file;
            }
        } catch (InvalidPathException invalid) {
            // Told below.
        }
        problems.add(
                "Invalid %s: %s. It must be a regular file that this process may read."
                        .formatted(DetectorOptions.GPU_HEALTH_KERNEL_LOG.key(), name));
        return null;
    }
}
