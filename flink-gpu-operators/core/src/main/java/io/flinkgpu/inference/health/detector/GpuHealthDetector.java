package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.resources.device.GpuDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Suspects devices by what {@code nvidia-smi} and the kernel's messages say of them.
 *
 * <p>Lost devices, new uncorrected memory errors and fatal XID errors are of class FATAL_DEVICE; a
 * program that hangs or clocks that are held down, {@value GpuTrend#SLOW_READINGS} looks in a row,
 * are a strike of class TIMEOUT; other XID errors are a strike of class UNKNOWN. Failed row
 * remappings and page retirements come as XID 64: asking for them takes a run of its own.
 *
 * <p>A lost device is reported at each look. One that was listed and is not, {@value
 * #MISSING_LOOKS} looks in a row, is lost as well. What strikes a GPU strikes its MIG devices.
 * Nothing is run while the process has no real device.
 */
final class GpuHealthDetector implements FailureDetector {

    private static final int SILENT_LOOKS = 3;
    private static final int MISSING_LOOKS = 2;
    private static final String MIG = "MIG-";
    private static final Pattern UUID = Pattern.compile("GPU-[0-9a-fA-F-]{36}");

    private final Supplier<List<GpuDevice>> devices;
    private final LongSupplier nanoClock;
    private final long intervalNanos;
    private final String command;
    private final GpuHealthQuery query;
    private final Optional<KernelLog> kernelLog;

    /** Of all devices of the machine that have ever answered. */
    private final Map<PciAddress, String> uuids = new HashMap<>();

    private final Map<String, GpuTrend> trends = new HashMap<>();
    private final Map<String, Integer> missingLooks = new HashMap<>();

    /** The GPU of each of the process's MIG devices; empty if it could not be told. */
    private final Map<String, String> gpuOfMig = new HashMap<>();

    private String lastLine = "";
    private boolean hasLooked;
    private long lastLookNanos;
    private int silentLooks;

    GpuHealthDetector(GpuHealthConfig config, DetectorContext context) {
        this.devices = context.devices();
        this.nanoClock = context.nanoClock();
        this.intervalNanos = config.interval().toNanos();
        this.command = config.command();
        this.query = new GpuHealthQuery(config);
        this.kernelLog = config.kernelLog().map(KernelLog::new);
    }

    /**
     * Runs the command if its time has come; blocks for its timeout at most, twice that in the
     * first look.
     *
     * @throws IllegalStateException if the command fails without a word about any device
     * @throws io.flinkgpu.resources.device.DeviceDiscoveryException if it cannot be run
     */
    @Override
    public List<Suspicion> check() {
        Set<String> own = ownDevices();
        List<Suspicion> suspicions = new ArrayList<>();
        if (!own.isEmpty()) {
            if (isDue()) {
                look(own, suspicions);
            }
            readKernelLog(own, suspicions);
        }
        return suspicions;
    }

    private Set<String> ownDevices() {
        return devices.get().stream()
                .filter(device -> !device.simulated())
                .map(GpuDevice::uuid)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isDue() {
        long now = nanoClock.getAsLong();
        if (hasLooked && now - lastLookNanos < intervalNanos) {
            return false;
        }
        hasLooked = true;
        lastLookNanos = now;
        return true;
    }

    private void look(Set<String> own, List<Suspicion> suspicions) {
        Optional<GpuHealthReport> report;
        try {
            report = query.ask();
        } catch (IllegalStateException answeredWithoutDevices) {
            silentLooks = 0;
            throw answeredWithoutDevices;
        }
        silentLooks = report.isPresent() ? 0 : silentLooks + 1;
        if (silentLooks == SILENT_LOOKS) {
            silentLooks = 0;
            own.forEach(uuid -> suspicions.add(ofSilence(uuid)));
        }
        report.ifPresent(some -> judge(some, own, suspicions));
    }

    private Suspicion ofSilence(String uuid) {
        return Suspicion.ofDevice(
                uuid,
                ErrorClass.TIMEOUT,
                "%s gave no answer in %d looks in a row".formatted(command, SILENT_LOOKS));
    }

    private void judge(GpuHealthReport report, Set<String> own, List<Suspicion> suspicions) {
        if (report.none() && uuids.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot read the health of devices: %s finds none.".formatted(command));
        }
        findGpusOfMigs(own);
        for (GpuReading reading : report.readings()) {
            uuids.put(reading.address(), reading.uuid());
            if (!ownOf(reading.uuid(), own).isEmpty()) {
                trends.computeIfAbsent(reading.uuid(), uuid -> new GpuTrend())
                        .add(reading)
                        .forEach(suspicion -> addOnce(suspicion, own, suspicions));
            }
        }
        for (String loss : report.losses()) {
            lostDevice(loss)
                    .map(uuid -> Suspicion.ofDevice(uuid, ErrorClass.FATAL_DEVICE, loss))
                    .ifPresent(suspicion -> addOnce(suspicion, own, suspicions));
        }
        if (report.isComplete()) {
            judgeMissing(report, own, suspicions);
        }
    }

    /** A device that falls off the bus may vanish from the list without a word. */
    private void judgeMissing(GpuHealthReport report, Set<String> own, List<Suspicion> suspicions) {
        Set<String> listed =
                report.readings().stream().map(GpuReading::uuid).collect(Collectors.toSet());
        missingLooks.keySet().removeAll(listed);
        uuids.values().stream()
                .filter(uuid -> !listed.contains(uuid))
                .filter(uuid -> missingLooks.merge(uuid, 1, Integer::sum) >= MISSING_LOOKS)
                .map(
                        uuid ->
                                Suspicion.ofDevice(
                                        uuid,
                                        ErrorClass.FATAL_DEVICE,
                                        command + " does not list it any more"))
                .forEach(suspicion -> addOnce(suspicion, own, suspicions));
    }

    /** MIG devices are told of as their GPU is. */
    private void findGpusOfMigs(Set<String> own) {
        if (own.stream().anyMatch(uuid -> uuid.startsWith(MIG) && !gpuOfMig.containsKey(uuid))) {
            gpuOfMig.putAll(query.gpuOfMig());
            own.stream()
                    .filter(uuid -> uuid.startsWith(MIG))
                    .forEach(uuid -> gpuOfMig.putIfAbsent(uuid, ""));
        }
    }

    /** The process's devices on a GPU: the GPU itself, or MIG devices of it. */
    private List<String> ownOf(String gpu, Set<String> own) {
        return own.stream()
                .filter(uuid -> uuid.equals(gpu) || gpu.equals(gpuOfMig.get(uuid)))
                .toList();
    }

    private Optional<String> lostDevice(String loss) {
        Matcher uuid = UUID.matcher(loss);
        if (uuid.find()) {
            return Optional.of(uuid.group());
        }
        Optional<PciAddress> address = PciAddress.find(loss);
        if (address.isPresent()) {
            return address.map(uuids::get);
        }
        // Some drivers name no device; that of a machine with one is clear.
        return uuids.size() == 1 ? uuids.values().stream().findFirst() : Optional.empty();
    }

    // The kernel names devices by their addresses alone: its lines wait until those are known.
    private void readKernelLog(Set<String> own, List<Suspicion> suspicions) {
        if (kernelLog.isEmpty() || uuids.isEmpty()) {
            return;
        }
        for (String line : kernelLog.get().newLines()) {
            XidError.find(line)
                    .flatMap(this::suspicion)
                    .or(() -> FallenDevice.find(lastLine, line).flatMap(this::suspicion))
                    .ifPresent(suspicion -> addOnce(suspicion, own, suspicions));
            lastLine = line;
        }
    }

    private Optional<Suspicion> suspicion(FallenDevice fallen) {
        return Optional.ofNullable(uuids.get(fallen.address()))
                .map(uuid -> Suspicion.ofDevice(uuid, ErrorClass.FATAL_DEVICE, fallen.message()));
    }

    private Optional<Suspicion> suspicion(XidError error) {
        String uuid = uuids.get(error.address());
        return uuid == null
                ? Optional.empty()
                : error.errorClass()
                        .map(errorClass -> Suspicion.ofDevice(uuid, errorClass, error.reason()));
    }

    // One failure fills many lines: it is one strike, not many. What is held against a GPU of the
    // machine concerns the process's devices on it, if any.
    private void addOnce(Suspicion ofGpu, Set<String> own, List<Suspicion> suspicions) {
        for (String uuid : ownOf(ofGpu.subject(), own)) {
            boolean isKnown =
                    suspicions.stream()
                            .anyMatch(
                                    earlier ->
                                            earlier.subject().equals(uuid)
                                                    && earlier.errorClass() == ofGpu.errorClass());
            if (!isKnown) {
                suspicions.add(Suspicion.ofDevice(uuid, ofGpu.errorClass(), ofGpu.reason()));
            }
        }
    }
}
