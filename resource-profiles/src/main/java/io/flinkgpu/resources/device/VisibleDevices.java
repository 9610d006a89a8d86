package io.flinkgpu.resources.device;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * The rule of {@code CUDA_VISIBLE_DEVICES} (CUDA C++ Programming Guide, "CUDA Environment
 * Variables").
 *
 * <p>A comma-separated list of indices and UUIDs (or beginnings of UUIDs that fit one device)
 * selects and orders the devices; an entry that names none ends the list. With an entry that names
 * a selected device again CUDA finds no device at all. Of MIG devices it shows the first that is
 * selected, and nothing beside it (NVIDIA Multi-Instance GPU User Guide, "CUDA Device
 * Enumeration"). Pure.
 */
final class VisibleDevices {

    static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");
    private static final String MIG_PREFIX = "MIG-";
    private static final String UUID_PREFIX = "GPU-";

    private VisibleDevices() {}

    /**
     * The selected devices, renumbered from 0, and the entry that ended the list early, if one did.
     *
     * @param hidden that are named and not shown, because a MIG device is
     */
    record Selection(List<GpuDevice> devices, Optional<String> endedBy, List<GpuDevice> hidden) {

        private static Selection of(List<GpuDevice> named, Optional<String> endedBy) {
            Optional<GpuDevice> mig = named.stream().filter(VisibleDevices::isMig).findFirst();
            if (mig.isEmpty()) {
                return new Selection(named, endedBy, List.of());
            }
            return new Selection(
                    List.of(renumbered(mig.get(), 0)),
                    endedBy,
                    named.stream().filter(device -> !device.equals(mig.get())).toList());
        }
    }

    /**
     * Selects among {@code all} devices of the machine.
     *
     * @param variable the variable's value; null, meaning it is not set, selects all
     */
    static Selection select(List<GpuDevice> all, @Nullable String variable) {
        return select(all, Map.of(), variable);
    }

    /**
     * As above.
     *
     * @param gpuOfMig the UUID of each MIG device's GPU, by which it may be named as well
     */
    static Selection select(
            List<GpuDevice> all, Map<String, String> gpuOfMig, @Nullable String variable) {
        if (variable == null) {
            return Selection.of(all, Optional.empty());
        }
        if (variable.isBlank()) {
            return Selection.of(List.of(), Optional.empty());
        }
        List<GpuDevice> selected = new ArrayList<>();
        for (String entry : variable.split(",", -1)) {
            Optional<GpuDevice> device = find(all, gpuOfMig, entry.strip());
            if (device.isEmpty()) {
                return Selection.of(selected, Optional.of(entry.strip()));
            }
            if (contains(selected, device.get())) {
                // CUDA refuses the whole list.
                return Selection.of(List.of(), Optional.of(entry.strip()));
            }
            selected.add(renumbered(device.get(), selected.size()));
        }
        return Selection.of(selected, Optional.empty());
    }

    private static Optional<GpuDevice> find(
            List<GpuDevice> all, Map<String, String> gpuOfMig, String entry) {
        if (INDEX.matcher(entry).matches()) {
            int index = Integer.parseInt(entry);
            return all.stream().filter(device -> device.index() == index).findFirst();
        }
        if (entry.startsWith(MIG_PREFIX)) {
            return only(all.stream().filter(device -> device.uuid().startsWith(entry)).toList());
        }
        if (!entry.startsWith(UUID_PREFIX)) {
            return Optional.empty();
        }
        // A GPU in MIG mode stands for its first MIG device.
        Map<String, GpuDevice> matching = new LinkedHashMap<>();
        for (GpuDevice device : all) {
            String gpu = gpuOfMig.getOrDefault(device.uuid(), device.uuid());
            if (gpu.startsWith(entry)) {
                matching.putIfAbsent(gpu, device);
            }
        }
        return only(List.copyOf(matching.values()));
    }

    private static Optional<GpuDevice> only(List<GpuDevice> matching) {
        return matching.size() == 1 ? Optional.of(matching.get(0)) : Optional.empty();
    }

    private static boolean isMig(GpuDevice device) {
        return device.uuid().startsWith(MIG_PREFIX);
    }

    private static boolean contains(List<GpuDevice> selected, GpuDevice device) {
        return selected.stream().anyMatch(other -> other.uuid().equals(device.uuid()));
    }

    private static GpuDevice renumbered(GpuDevice device, int index) {
        return new GpuDevice(
                index,
                device.uuid(),
                device.name(),
                device.memory(),
                device.driverVersion(),
                device.simulated());
    }
}
