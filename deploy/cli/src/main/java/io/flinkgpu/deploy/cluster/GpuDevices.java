package io.flinkgpu.deploy.cluster;

import io.flinkgpu.resources.device.DeviceDiscoveryException;
import io.flinkgpu.resources.device.DeviceListing;
import io.flinkgpu.resources.device.NvidiaSmi;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * The devices that the GPU task managers of a local cluster share out: one each.
 *
 * @param visibleIds what {@code CUDA_VISIBLE_DEVICES} calls the machine's devices; empty on a
 *     machine without a GPU, where the devices are simulated
 */
@Internal
public record GpuDevices(List<String> visibleIds) {

    private static final String VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Copies the list. */
    public GpuDevices {
        visibleIds = List.copyOf(visibleIds);
    }

    /** Simulated devices alone, as on a machine without a GPU. */
    public static GpuDevices simulated() {
        return new GpuDevices(List.of());
    }

    /**
     * The devices that {@code nvidia-smi} lists and {@code CUDA_VISIBLE_DEVICES} leaves visible.
     */
    public static GpuDevices detect() {
        return detect(new NvidiaSmi("nvidia-smi", TIMEOUT), System.getenv());
    }

    static GpuDevices detect(NvidiaSmi nvidiaSmi, Map<String, String> environment) {
        List<String> all = ids(nvidiaSmi);
        String visible = environment.get(VISIBLE_DEVICES);
        if (all.isEmpty() || visible == null) {
            return new GpuDevices(all);
        }
        return new GpuDevices(
                Arrays.stream(visible.split(","))
                        .map(String::trim)
                        .filter(id -> !id.isEmpty() && !id.equals("-1"))
                        .toList());
    }

    /** Whether the devices are simulated. */
    public boolean isSimulated() {
        return visibleIds.isEmpty();
    }

    /** Words for a person: what the GPU task managers run on. */
    public String describe() {
        return isSimulated()
                ? "simulated GPU devices"
                : visibleIds.size() + " GPU device(s) of this machine";
    }

    /**
     * The indices of the devices that {@code nvidia-smi -L} lists, and in place of one that is cut
     * into MIG devices their UUIDs, since CUDA shows a process one of those alone. Lost devices are
     * left out. None where there is no such command, or it gives no answer in time.
     */
    private static List<String> ids(NvidiaSmi nvidiaSmi) {
        try {
            return nvidiaSmi
                    .run(List.of("-L"))
                    .map(answer -> DeviceListing.parse(answer.text()).gpus())
                    .orElse(List.of())
                    .stream()
                    .flatMap(GpuDevices::ids)
                    .toList();
        } catch (DeviceDiscoveryException noSuchCommand) {
            return List.of();
        }
    }

    private static Stream<String> ids(DeviceListing.Gpu gpu) {
        return gpu.migs().isEmpty()
                ? Stream.of(Integer.toString(gpu.index()))
                : gpu.migs().stream().map(DeviceListing.Mig::uuid);
    }
}
