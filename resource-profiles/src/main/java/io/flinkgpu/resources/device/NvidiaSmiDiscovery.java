package io.flinkgpu.resources.device;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that {@code nvidia-smi} lists and {@code CUDA_VISIBLE_DEVICES} leaves visible.
 *
 * <p>{@code nvidia-smi} numbers devices by their place on the bus, CUDA the fastest first: on a
 * machine with unlike devices the numbers agree only with {@code CUDA_DEVICE_ORDER=PCI_BUS_ID}. A
 * device in MIG mode counts as its MIG devices, of which CUDA shows a process one. Safe for any
 * thread; each call runs the command twice, with MIG devices four times.
 */
@Internal
public final class NvidiaSmiDiscovery implements DeviceDiscovery {

    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmiDiscovery.class);

    private static final List<String> QUERY =
            List.of(
                    "--query-gpu=index,uuid,name,memory.total,driver_version",
                    "--format=csv,noheader,nounits");
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
        List<GpuDevice> gpus = healthy(nvidiaSmi.run(QUERY).orElseThrow(this::gaveNoAnswer));
        warnOfOrder(gpus);
        MigDevices machine = MigDevices.of(gpus, nvidiaSmi);
        List<GpuDevice> all = machine.all();
        String variable = environment.get(VisibleDevices.VARIABLE);
        VisibleDevices.Selection selection =
                VisibleDevices.select(all, machine.gpuOfMig(), variable);
        if (!selection.hidden().isEmpty()) {
            LOG.warn(
                    "CUDA shows a process one MIG device and nothing else: {} of {} stay unused. Give each a task manager with {} set to its UUID.",
                    selection.hidden(),
                    all,
                    VisibleDevices.VARIABLE);
        }
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

    /**
     * One sick device makes the program end with a code of its own and still list the others: they
     * count, and what else it prints is shown to people.
     */
    private List<GpuDevice> healthy(NvidiaSmi.Answer answer) {
        NvidiaSmiTable table = NvidiaSmiTable.parse(answer.text());
        boolean failed = answer.exitCode() != 0;
        if (table.devices().isEmpty() && (failed || !table.isEmpty())) {
            throw failed ? ended(answer) : unexpected(answer.text());
        }
        table.leftOut()
                .forEach(line -> LOG.warn("Left a device out: {} printed '{}'.", command, line));
        table.remarks().forEach(line -> LOG.warn("{} says: {}", command, shown(line)));
        if (failed) {
            LOG.warn("{} ended with code {}.", command, answer.exitCode());
        }
        return table.devices();
    }

    private DeviceDiscoveryException ended(NvidiaSmi.Answer answer) {
        return new DeviceDiscoveryException(
                "Cannot list devices: %s ended with code %d: %s"
                        .formatted(command, answer.exitCode(), shown(answer.text())));
    }

    private DeviceDiscoveryException gaveNoAnswer() {
        return new DeviceDiscoveryException(
                "Cannot list devices: "
                        + command
                        + " gave no answer within "
                        + timeout.toMillis()
                        + " ms.");
    }

    private DeviceDiscoveryException unexpected(String text) {
        return new DeviceDiscoveryException(
                "Cannot list devices: "
                        + command
                        + " printed '"
                        + shown(text)
                        + "' where 'index, uuid, name, memory in MiB, driver version' was expected.");
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
