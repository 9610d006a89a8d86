package io.flinkgpu.resources.device;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that {@code nvidia-smi} lists and {@code CUDA_VISIBLE_DEVICES} leaves visible.
 *
 * <p>{@code nvidia-smi} numbers devices by their place on the bus, CUDA the fastest first: on a
 * machine with unlike devices the numbers agree only with {@code CUDA_DEVICE_ORDER=PCI_BUS_ID}.
 * Safe for any thread; each call runs the command once.
 */
@Internal
public final class NvidiaSmiDiscovery implements DeviceDiscovery {

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmiDiscovery.class);

    private static final List<String> QUERY =
            List.of(
                    "--query-gpu=index,uuid,name,memory.total,driver_version",
                    "--format=csv,noheader,nounits");
    private static final int FIELDS = 5;
    private static final int SHOWN_OUTPUT = 300;

    private final NvidiaSmi nvidiaSmi;
    private final String command;
    private final Duration timeout;
    private final Map<String, String> environment;

    /**
     * Uses this process's environment.
     *
     * @param command the program's name or path, such as {@code nvidia-smi}
     * @param timeout how long the program may take, above 0
     */
    public NvidiaSmiDiscovery(String command, Duration timeout) {
        this(command, timeout, System.getenv());
    }

    NvidiaSmiDiscovery(String command, Duration timeout, Map<String, String> environment) {
        this.nvidiaSmi = new NvidiaSmi(command, timeout);
        this.command = command;
        this.timeout = timeout;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<GpuDevice> discover() {
        List<GpuDevice> all = parse(run());
        warnOfOrder(all);
        String variable = environment.get(VisibleDevices.VARIABLE);
        VisibleDevices.Selection selection = VisibleDevices.select(all, variable);
        selection
                .endedBy()
                .ifPresent(
                        entry ->
                                LOG.warn(
                                        "{}={} ends at '{}', which names no further device of {}.",
                                        VisibleDevices.VARIABLE,
                                        variable,
                                        entry,
                                        all));
        return selection.devices();
    }

    private String run() {
        NvidiaSmi.Answer answer = nvidiaSmi.run(QUERY).orElseThrow(this::gaveNoAnswer);
        if (answer.exitCode() != 0) {
            throw new DeviceDiscoveryException(
                    "Cannot list devices: "
                            + command
                            + " ended with code "
                            + answer.exitCode()
                            + ": "
                            + shown(answer.text()));
        }
        return answer.text();
    }

    private DeviceDiscoveryException gaveNoAnswer() {
        return new DeviceDiscoveryException(
                "Cannot list devices: "
                        + command
                        + " gave no answer within "
                        + timeout.toMillis()
                        + " ms.");
    }

    private List<GpuDevice> parse(String text) {
        return text.lines().filter(line -> !line.isBlank()).map(this::parseLine).toList();
    }

    // A product name may hold a comma, the other fields cannot: the name is what lies between them.
    private GpuDevice parseLine(String line) {
        String[] fields = line.split(",", -1);
        int last = fields.length - 1;
        if (fields.length < FIELDS) {
            throw unexpected(line, null);
        }
        String name = String.join(",", List.of(fields).subList(2, last - 1)).strip();
        try {
            return new GpuDevice(
                    Integer.parseInt(fields[0].strip()),
                    fields[1].strip(),
                    name,
                    MemorySize.ofMebiBytes(Long.parseLong(fields[last - 1].strip())),
                    fields[last].strip(),
                    false);
        } catch (IllegalArgumentException e) {
            throw unexpected(line, e);
        }
    }

    private DeviceDiscoveryException unexpected(String line, IllegalArgumentException cause) {
        return new DeviceDiscoveryException(
                "Cannot list devices: "
                        + command
                        + " printed '"
                        + shown(line)
                        + "' where 'index, uuid, name, memory in MiB, driver version' was expected.",
                cause);
    }

    private void warnOfOrder(List<GpuDevice> all) {
        boolean unlike = all.stream().map(GpuDevice::name).distinct().count() > 1;
        if (unlike && !"PCI_BUS_ID".equals(environment.get("CUDA_DEVICE_ORDER"))) {
            LOG.warn(
                    "Unlike devices {}: set CUDA_DEVICE_ORDER=PCI_BUS_ID, else CUDA numbers them by speed.",
                    all);
        }
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN_OUTPUT ? line : line.substring(0, SHOWN_OUTPUT) + "...";
    }
}
