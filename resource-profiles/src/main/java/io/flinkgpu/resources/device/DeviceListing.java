package io.flinkgpu.resources.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * What {@code nvidia-smi -L} lists: the devices that are well, and under each the MIG devices that
 * it is cut into.
 */
@Internal
public record DeviceListing(List<Gpu> gpus) {

    private static final Pattern GPU =
            Pattern.compile("GPU (\\d{1,9}): (.*) \\(UUID: ([^)]+)\\)\\s*");
    private static final Pattern MIG =
            Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+(\\d{1,9}): \\(UUID: (MIG-[^)]+)\\)\\s*");

    /**
     * A device.
     *
     * @param index by which {@code nvidia-smi} numbers it
     * @param uuid which begins with {@code GPU-}
     * @param migs empty if it is not cut into MIG devices
     */
    public record Gpu(int index, String uuid, List<Mig> migs) {}

    /**
     * A MIG device.
     *
     * @param index among those of its GPU
     * @param profile such as {@code 1g.18gb}
     * @param uuid which begins with {@code MIG-}
     */
    public record Mig(int index, String profile, String uuid) {}

    /** Reads all lines; those that list nothing, as of lost devices, are left out. */
    public static DeviceListing parse(String text) {
        List<Gpu> gpus = new ArrayList<>();
        text.lines()
                .forEach(
                        line -> {
                            Matcher gpu = GPU.matcher(line);
                            Matcher mig = MIG.matcher(line);
                            if (gpu.matches()) {
                                int index = Integer.parseInt(gpu.group(1));
                                gpus.add(new Gpu(index, gpu.group(3), new ArrayList<>()));
                            } else if (mig.matches() && !gpus.isEmpty()) {
                                int index = Integer.parseInt(mig.group(2));
                                gpus.get(gpus.size() - 1)
                                        .migs()
                                        .add(new Mig(index, mig.group(1), mig.group(3)));
                            }
                        });
        return new DeviceListing(gpus);
    }

    /** The GPU of each MIG device, both by UUID. */
    public Map<String, String> gpuOfMig() {
        Map<String, String> parents = new HashMap<>();
        gpus.forEach(gpu -> gpu.migs().forEach(mig -> parents.put(mig.uuid(), gpu.uuid())));
        return parents;
    }
}
