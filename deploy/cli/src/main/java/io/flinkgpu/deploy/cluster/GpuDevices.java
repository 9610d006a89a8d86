package io.flinkgpu.deploy.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
        return detect("nvidia-smi", System.getenv());
    }

    static GpuDevices detect(String nvidiaSmi, Map<String, String> environment) {
        List<String> all =
                IntStream.range(0, count(nvidiaSmi)).mapToObj(Integer::toString).toList();
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
     * The number of lines "GPU 0: ..." that {@code nvidia-smi -L} prints; 0 where there is no such
     * command.
     */
    private static int count(String nvidiaSmi) {
        try {
            Process process =
                    new ProcessBuilder(nvidiaSmi, "-L")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean succeeded = process.waitFor() == 0;
            return succeeded
                    ? (int) output.lines().filter(line -> line.startsWith("GPU ")).count()
                    : 0;
        } catch (IOException noSuchCommand) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
