package io.flinkgpu.resources.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * The rule of {@code CUDA_VISIBLE_DEVICES} (CUDA C++ Programming Guide, "CUDA Environment
 * Variables").
 *
 * <p>A comma-separated list of indices and UUIDs (or beginnings of UUIDs that fit one device)
 * selects and orders the devices; an entry that names none ends the list. An entry that names a
 * selected device again ends it too, so that no device counts twice. Pure.
 */
final class VisibleDevices {

    static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");
    private static final String UUID_PREFIX = "GPU-";

    private VisibleDevices() {}

    /**
     * The selected devices, renumbered from 0, and the entry that ended the list early, if one did.
     */
    record Selection(List<GpuDevice> devices, Optional<String> endedBy) {}

    /**
     * Selects among {@code all} devices of the machine.
     *
     * @param variable the variable's value; null, meaning it is not set, selects all
     */
    static Selection select(List<GpuDevice> all, @Nullable String variable) {
        if (variable == null) {
            return new Selection(all, Optional.empty());
        }
        if (variable.isBlank()) {
            return new Selection(List.of(), Optional.empty());
        }
        List<GpuDevice> selected = new ArrayList<>();
        for (String entry : variable.split(",", -1)) {
            Optional<GpuDevice> device =
                    find(all, entry.strip()).filter(d -> !contains(selected, d));
            if (device.isEmpty()) {
                return new Selection(selected, Optional.of(entry.strip()));
            }
            selected.add(renumbered(device.get(), selected.size()));
        }
        return new Selection(selected, Optional.empty());
    }

    private static Optional<GpuDevice> find(List<GpuDevice> all, String entry) {
        if (INDEX.matcher(entry).matches()) {
            int index = Integer.parseInt(entry);
            return all.stream().filter(device -> device.index() == index).findFirst();
        }
        if (!entry.startsWith(UUID_PREFIX)) {
            return Optional.empty();
        }
        List<GpuDevice> matching =
                all.stream().filter(device -> device.uuid().startsWith(entry)).toList();
        return matching.size() == 1 ? Optional.of(matching.get(0)) : Optional.empty();
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
