package io.flinkgpu.resources.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of a machine with those in MIG mode cut into their MIG devices, which CUDA knows in
 * their place.
 *
 * @param all in the order of the machine; a MIG device has its GPU's index
 * @param gpuOfMig the UUID of each MIG device's GPU
 */
record MigDevices(List<GpuDevice> all, Map<String, String> gpuOfMig) {

    private static final Logger LOG = LoggerFactory.getLogger(MigDevices.class);

    private static final List<String> MODE_QUERY =
            List.of("--query-gpu=uuid,mig.mode.current", "--format=csv,noheader");
    private static final Pattern ENABLED = Pattern.compile("\\s*(GPU-[^,]+?)\\s*,\\s*Enabled\\s*");

    /**
     * Asks which of the devices are in MIG mode, and for their MIG devices if any is.
     *
     * @throws DeviceDiscoveryException if the answer about those cannot be read
     */
    static MigDevices of(List<GpuDevice> gpus, NvidiaSmi nvidiaSmi) {
        Set<String> cut = inMigMode(text(nvidiaSmi, MODE_QUERY));
        if (gpus.stream().noneMatch(gpu -> cut.contains(gpu.uuid()))) {
            return new MigDevices(gpus, Map.of());
        }
        DeviceListing listing = DeviceListing.parse(text(nvidiaSmi, List.of("-L")));
        MigMemory memory = MigMemory.parse(text(nvidiaSmi, List.of("-q", "-x")));
        List<GpuDevice> all = new ArrayList<>();
        for (GpuDevice gpu : gpus) {
            if (cut.contains(gpu.uuid())) {
                all.addAll(migsOf(gpu, listing, memory));
            } else {
                all.add(gpu);
            }
        }
        return new MigDevices(all, listing.gpuOfMig());
    }

    private static List<GpuDevice> migsOf(GpuDevice gpu, DeviceListing listing, MigMemory memory) {
        List<DeviceListing.Mig> listed =
                listing.gpus().stream()
                        .filter(candidate -> candidate.uuid().equals(gpu.uuid()))
                        .flatMap(candidate -> candidate.migs().stream())
                        .toList();
        if (listed.isEmpty()) {
            LOG.warn(
                    "Left {} out: MIG mode is on, and it has no MIG device. Create one with nvidia-smi mig -cgi, or turn the mode off.",
                    gpu);
        }
        List<GpuDevice> devices = new ArrayList<>();
        for (DeviceListing.Mig mig : listed) {
            MemorySize size = memory.of(gpu.uuid(), mig.index());
            if (size == null) {
                LOG.warn("Left {} out: nvidia-smi -q -x does not tell its memory.", mig);
            } else {
                devices.add(
                        new GpuDevice(
                                gpu.index(),
                                mig.uuid(),
                                gpu.name() + " MIG " + mig.profile(),
                                size,
                                gpu.driverVersion(),
                                false));
            }
        }
        return devices;
    }

    /** Drivers that know no MIG refuse the field, or answer otherwise. */
    private static Set<String> inMigMode(String answer) {
        return answer.lines()
                .map(ENABLED::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .collect(Collectors.toSet());
    }

    private static String text(NvidiaSmi nvidiaSmi, List<String> arguments) {
        Optional<NvidiaSmi.Answer> answer = nvidiaSmi.run(arguments);
        if (answer.isEmpty()) {
            LOG.warn("nvidia-smi {} gave no answer in time.", String.join(" ", arguments));
        }
        return answer.map(NvidiaSmi.Answer::text).orElse("");
    }
}
