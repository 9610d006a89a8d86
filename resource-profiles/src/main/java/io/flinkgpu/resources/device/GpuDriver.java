package io.flinkgpu.resources.device;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.externalresource.ExternalResourceDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the task manager its devices. Called once, at the task manager's start, in its main thread.
 */
@Internal
public final class GpuDriver implements ExternalResourceDriver {

    private static final Logger LOG = LoggerFactory.getLogger(GpuDriver.class);

    private final DeviceDiscovery discovery;

    GpuDriver(DeviceDiscovery discovery) {
        this.discovery = discovery;
    }

    /**
     * Returns the first {@code amount} devices.
     *
     * @throws GpuDriverError if there are fewer, or it cannot be told; the task manager's start
     *     fails
     */
    @Override
    public Set<GpuInfo> retrieveResourceInfo(long amount) {
        List<GpuDevice> found = discover();
        if (amount > found.size()) {
            throw new GpuDriverError(
                    "Invalid "
                            + GpuDriverOptions.AMOUNT_KEY
                            + ": "
                            + amount
                            + ". "
                            + found.size()
                            + " devices exist: "
                            + describe(found)
                            + ". Lower it, check "
                            + VisibleDevices.VARIABLE
                            + ", or set "
                            + GpuDriverOptions.SIMULATED_COUNT.key()
                            + ".");
        }
        List<GpuDevice> given = found.subList(0, Math.toIntExact(amount));
        LOG.info(
                "This task manager gives {} of {} devices: {}.",
                amount,
                found.size(),
                describe(given));
        return given.stream()
                .map(GpuInfo::new)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<GpuDevice> discover() {
        try {
            return discovery.discover();
        } catch (DeviceDiscoveryException e) {
            throw new GpuDriverError(
                    e.getMessage()
                            + " Without a GPU set "
                            + GpuDriverOptions.SIMULATED_COUNT.key()
                            + ".",
                    e);
        }
    }

    private static List<String> describe(List<GpuDevice> devices) {
        return devices.stream().map(GpuDriver::describe).toList();
    }

    private static String describe(GpuDevice device) {
        return (device.simulated() ? "simulated " : "real ")
                + device.uuid()
                + " ("
                + device.name()
                + ", "
                + device.memory().toHumanReadableString()
                + ", driver "
                + device.driverVersion()
                + ")";
    }
}
