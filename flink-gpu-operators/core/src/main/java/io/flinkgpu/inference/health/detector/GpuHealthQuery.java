package io.flinkgpu.inference.health.detector;

import io.flinkgpu.resources.device.DeviceListing;
import io.flinkgpu.resources.device.NvidiaSmi;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks {@code nvidia-smi} for the health of all devices of the machine.
 *
 * <p>Not limited to the devices of the process: the addresses of the others tell a line of the
 * kernel's messages apart. One thread at a time.
 */
final class GpuHealthQuery {

    /** The field's names: of drivers from 535 on, and of older ones. */
    private static final List<String> SLOWDOWN_FIELDS =
            List.of("clocks_event_reasons.hw_slowdown", "clocks_throttle_reasons.hw_slowdown");

    /** With code 18: the library was replaced, and the old driver stays until it is unloaded. */
    private static final String OTHER_DRIVER = "Driver/library version mismatch";

    private static final String UNKNOWN_FIELD = "is not a valid field to query";
    private static final int SHOWN_OUTPUT = 300;

    private final NvidiaSmi nvidiaSmi;
    private final String command;
    private int slowdownField;

    GpuHealthQuery(GpuHealthConfig config) {
        this.nvidiaSmi = new NvidiaSmi(config.command(), config.timeout());
        this.command = config.command();
    }

    /**
     * Runs the command, twice the first time that its driver turns out to be an older one.
     *
     * @return empty if it gave no answer in time
     * @throws IllegalStateException if the answer is of no device
     */
    Optional<GpuHealthReport> ask() {
        Optional<NvidiaSmi.Answer> answer = nvidiaSmi.run(arguments());
        boolean older = answer.filter(GpuHealthQuery::refusesField).isPresent();
        if (older && slowdownField < SLOWDOWN_FIELDS.size() - 1) {
            slowdownField++;
            return ask();
        }
        return answer.map(this::report);
    }

    private List<String> arguments() {
        return List.of(
                "--query-gpu="
                        + String.join(",", GpuReading.FIELDS)
                        + ","
                        + SLOWDOWN_FIELDS.get(slowdownField),
                "--format=csv,noheader,nounits");
    }

    private static boolean refusesField(NvidiaSmi.Answer answer) {
        return answer.exitCode() != 0 && answer.text().contains(UNKNOWN_FIELD);
    }

    /** The UUID of the GPU of each MIG device; empty if it cannot be told. */
    Map<String, String> gpuOfMig() {
        return nvidiaSmi
                .run(List.of("-L"))
                .map(answer -> DeviceListing.parse(answer.text()).gpuOfMig())
                .orElse(Map.of());
    }

    // A lost device makes the code another than 0, while the lines of the others are right.
    private GpuHealthReport report(NvidiaSmi.Answer answer) {
        GpuHealthReport report = GpuHealthReport.parse(answer.text());
        if (report.isEmpty() && answer.text().contains(OTHER_DRIVER)) {
            throw new IllegalStateException(
                    "Cannot read the health of devices: the driver was replaced while this process runs (%s). Its devices go on; a process that starts now finds none until the new driver is loaded. Drain the node and restart it."
                            .formatted(shown(answer.text())));
        }
        if (report.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot read the health of devices: %s ended with code %d: %s"
                            .formatted(command, answer.exitCode(), shown(answer.text())));
        }
        return report;
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN_OUTPUT ? line : line.substring(0, SHOWN_OUTPUT) + "...";
    }
}
