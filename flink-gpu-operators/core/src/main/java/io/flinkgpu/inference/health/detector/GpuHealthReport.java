package io.flinkgpu.inference.health.detector;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one run of {@code nvidia-smi} says of the machine's devices.
 *
 * @param readings of the devices that answer
 * @param losses the lines that tell of a device that does not answer any more
 * @param none whether it says that there is no device at all
 */
record GpuHealthReport(List<GpuReading> readings, List<String> losses, boolean none) {

    private static final List<String> PHRASES_OF_LOSS =
            List.of("gpu is lost", "gpu requires reset", "unable to determine the device handle");

    private static final String NO_DEVICES = "no devices were found";

    /** Sorts the lines of the output; those that say neither are left out. */
    static GpuHealthReport parse(String output) {
        return new GpuHealthReport(
                output.lines()
                        .filter(line -> !tellsOfLoss(line))
                        .map(GpuReading::parse)
                        .flatMap(Optional::stream)
                        .toList(),
                output.lines().filter(GpuHealthReport::tellsOfLoss).map(String::strip).toList(),
                output.toLowerCase(Locale.ROOT).contains(NO_DEVICES));
    }

    boolean isEmpty() {
        return readings.isEmpty() && losses.isEmpty() && !none;
    }

    /** Whether every device that is well is in it: some drivers stop at a lost one. */
    boolean isComplete() {
        return losses.isEmpty() && !isEmpty();
    }

    private static boolean tellsOfLoss(String line) {
        String lowerCase = line.toLowerCase(Locale.ROOT);
        return PHRASES_OF_LOSS.stream().anyMatch(lowerCase::contains);
    }
}
