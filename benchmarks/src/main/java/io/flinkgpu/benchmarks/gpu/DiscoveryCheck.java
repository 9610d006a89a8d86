package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.GpuDriverError;
import io.flinkgpu.resources.device.GpuDriverFactory;
import io.flinkgpu.resources.device.GpuDriverOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;

/** Flink's driver plugin gives a task manager the devices that discovery lists. */
final class DiscoveryCheck implements Check {

    @Override
    public String name() {
        return "discovery and driver plugin";
    }

    @Override
    public Map<String, Object> run(GpuMachine machine) throws Exception {
        List<GpuDevice> devices = given(machine);
        Check.require(
                uuids(devices).equals(uuids(machine.devices())),
                "The driver gives %s and discovery lists %s."
                        .formatted(uuids(devices), uuids(machine.devices())));
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("devices", devices.size());
        seen.put("name", machine.device().name());
        seen.put("memoryMib", machine.device().memory().getMebiBytes());
        seen.put("driver", machine.device().driverVersion());
        return seen;
    }

    /** What a task manager that is to have all devices gets. */
    private static List<GpuDevice> given(GpuMachine machine) throws Exception {
        Configuration taskManager =
                new Configuration()
                        .set(
                                ExternalResourceOptions.EXTERNAL_RESOURCE_LIST,
                                List.of(GpuDriverOptions.RESOURCE));
        if (machine.isSimulated()) {
            taskManager.set(GpuDriverOptions.SIMULATED_COUNT, machine.devices().size());
        }
        try {
            return new GpuDriverFactory()
                            .createExternalResourceDriver(taskManager)
                            .retrieveResourceInfo(machine.devices().size())
                            .stream()
                            .map(GpuDevice::from)
                            .toList();
        } catch (GpuDriverError refused) {
            throw new CheckFailedException(refused.getMessage());
        }
    }

    private static Set<String> uuids(List<GpuDevice> devices) {
        return devices.stream().map(GpuDevice::uuid).collect(Collectors.toSet());
    }
}
