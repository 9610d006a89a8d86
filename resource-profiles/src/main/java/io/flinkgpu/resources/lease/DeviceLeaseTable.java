package io.flinkgpu.resources.lease;

import io.flinkgpu.resources.GpuAmount;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.GpuDriverOptions;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.MemorySize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who holds which share of which device of this process.
 *
 * <p>A lease is placed on the fullest device that still has room for it, so that whole devices stay
 * free for exclusive leases. No device is ever leased for more than the whole of it, nor for more
 * memory than it has. {@link IdleMemory} refuses no lease; where it and the leases are more than
 * the device has, the longest idle goes first. Safe for any thread.
 */
@Internal
public final class DeviceLeaseTable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceLeaseTable.class);

    private static final DeviceLeaseTable OF_PROCESS =
            new DeviceLeaseTable(true, InstantSource.system());

    private final Map<String, GpuDevice> devices = new LinkedHashMap<>();

    // Written under this table's lock, read without it by openLeases().
    private final List<DeviceLease> leases = new CopyOnWriteArrayList<>();

    // Weak, so that a table does not keep the class loader of whom it asks.
    private final List<WeakReference<IdleMemory>> idleMemory = new CopyOnWriteArrayList<>();

    private final Map<String, DeviceBlock> blocks = new LinkedHashMap<>();
    private final InstantSource clock;
    @Nullable private final ProcessClaim claim;

    /** Creates a table apart from the process's own, which knows nothing of this one's leases. */
    public DeviceLeaseTable() {
        this(false, InstantSource.system());
    }

    /** Creates a table apart from the process's own, whose blocks end by a clock. */
    public DeviceLeaseTable(InstantSource clock) {
        this(false, clock);
    }

    private DeviceLeaseTable(boolean ofProcess, InstantSource clock) {
        this.clock = clock;
        this.claim = ofProcess ? new ProcessClaim(this::openLeases) : null;
    }

    /**
     * Returns the table of this process.
     *
     * <p>A second class loader with these classes has a second table; the two never hold leases at
     * the same time, because {@link #acquire} of the later one fails.
     */
    public static DeviceLeaseTable ofProcess() {
        return OF_PROCESS;
    }

    /** Adds devices to lease; one whose UUID is known already is left as it is. */
    public synchronized void register(Collection<GpuDevice> found) {
        found.forEach(device -> devices.putIfAbsent(device.uuid(), device));
    }

    /** Counts what is idle from here on, as long as it is referred to from elsewhere. */
    public void count(IdleMemory memory) {
        idleMemory.add(new WeakReference<>(memory));
    }

    /** Returns the devices in the order of their registration. */
    public synchronized List<GpuDevice> devices() {
        return List.copyOf(devices.values());
    }

    /**
     * Returns the open leases in the order of their acquisition; those of dead threads end here.
     */
    public synchronized List<DeviceLease> leases() {
        reclaimOrphans();
        return List.copyOf(leases);
    }

    /**
     * Leases no device of this name until the block ends; leases of it go on. It replaces a block
     * that the device has.
     */
    public synchronized void block(DeviceBlock block) {
        blocks.put(block.device(), block);
    }

    /** Ends the block of a device; false if it has none. */
    public synchronized boolean unblock(String uuid) {
        dropEndedBlocks();
        return blocks.remove(uuid) != null;
    }

    /** Returns the blocks that last, in the order in which they came. */
    public synchronized List<DeviceBlock> blocks() {
        dropEndedBlocks();
        return List.copyOf(blocks.values());
    }

    /**
     * Leases a share of one device for the calling thread.
     *
     * @throws NoDeviceException if no registered device could ever serve the request
     * @throws DeviceBlockedException if those with room are blocked
     * @throws DeviceOversubscribedException if those that could lack the room at present; names
     *     their holders
     * @throws IllegalStateException if a table of another class loader of this process holds leases
     */
    public DeviceLease acquire(LeaseRequest request) {
        return acquire(request, null);
    }

    /**
     * The same, of any device but one.
     *
     * @param avoided its UUID; null: none
     */
    public synchronized DeviceLease acquire(LeaseRequest request, @Nullable String avoided) {
        reclaimOrphans();
        List<GpuDevice> serving = serving(request);
        GpuDevice device = place(request, serving, avoided);
        DeviceLease lease = new DeviceLease(this, device, request, Thread.currentThread());
        grant(lease);
        letGoOfIdleMemory(device, request);
        return lease;
    }

    synchronized void release(DeviceLease lease) {
        if (leases.remove(lease)) {
            dropClaimIfUnused();
        }
    }

    boolean holds(DeviceLease lease) {
        return leases.contains(lease);
    }

    private List<GpuDevice> serving(LeaseRequest request) {
        List<GpuDevice> serving =
                devices.values().stream()
                        .filter(request::accepts)
                        .filter(device -> request.capBytesOn(device) <= device.memory().getBytes())
                        .toList();
        if (serving.isEmpty()) {
            throw noDevice(request);
        }
        return serving;
    }

    private GpuDevice place(
            LeaseRequest request, List<GpuDevice> serving, @Nullable String avoided) {
        dropEndedBlocks();
        return serving.stream()
                .filter(device -> !blocks.containsKey(device.uuid()))
                .filter(device -> !device.uuid().equals(avoided))
                .filter(device -> hasRoom(device, request))
                // The first of equals wins: ties follow the order of registration.
                .max(fullestAndReadiest(request))
                .orElseThrow(() -> refusal(request, serving));
    }

    /** Of equally full devices, where something waits to be reused, or where least has to go. */
    private Comparator<GpuDevice> fullestAndReadiest(LeaseRequest request) {
        return Comparator.comparingInt(this::used)
                .thenComparing(device -> idle(device).anyMatch(request::reuses))
                .thenComparing(
                        Comparator.comparingLong(
                                        (GpuDevice device) ->
                                                lacking(
                                                        device,
                                                        request.capBytesOn(device),
                                                        request))
                                .reversed());
    }

    private void letGoOfIdleMemory(GpuDevice device, LeaseRequest request) {
        List<IdleMemory> sources = sources().toList();
        for (IdleMemory source : sources) {
            for (IdleMemory.Holding holding : source.on(device.uuid())) {
                if (lacking(device, 0, request) == 0) {
                    return;
                }
                if (!request.reuses(holding)) {
                    LOG.info(
                            "Let go of {} on {}, which is idle: '{}' needs its memory.",
                            holding.owner(),
                            device.uuid(),
                            request.holder());
                    source.letGo(holding);
                }
            }
        }
    }

    /** How many bytes of what is idle would have to go for so many more. */
    private long lacking(GpuDevice device, long moreBytes, LeaseRequest request) {
        long idleBytes =
                idle(device)
                        .filter(holding -> !request.reuses(holding))
                        .mapToLong(IdleMemory.Holding::bytes)
                        .sum();
        long over = usedBytes(device) + moreBytes + idleBytes - device.memory().getBytes();
        return Math.max(0, over);
    }

    private Stream<IdleMemory.Holding> idle(GpuDevice device) {
        return sources().flatMap(source -> source.on(device.uuid()).stream());
    }

    private Stream<IdleMemory> sources() {
        return idleMemory.stream().map(WeakReference::get).filter(Objects::nonNull);
    }

    private void dropEndedBlocks() {
        Instant now = clock.instant();
        blocks.values().removeIf(block -> !block.until().isAfter(now));
    }

    private IllegalStateException refusal(LeaseRequest request, List<GpuDevice> serving) {
        List<DeviceBlock> blocked =
                serving.stream()
                        .filter(device -> hasRoom(device, request))
                        .map(device -> blocks.get(device.uuid()))
                        .toList();
        return blocked.isEmpty()
                ? oversubscribed(request, serving)
                : new DeviceBlockedException(
                        "Cannot lease %s for '%s': the devices with room are blocked. %s."
                                .formatted(
                                        request,
                                        request.holder(),
                                        String.join(
                                                "; ",
                                                blocked.stream()
                                                        .map(DeviceBlock::toString)
                                                        .toList())));
    }

    private boolean hasRoom(GpuDevice device, LeaseRequest request) {
        return used(device) + request.thousandths() <= GpuAmount.WHOLE
                && request.capBytesOn(device) <= device.memory().getBytes() - usedBytes(device);
    }

    private void grant(DeviceLease lease) {
        if (claim == null) {
            leases.add(lease);
        } else {
            claim.whileHeld(() -> leases.add(lease));
        }
    }

    private void reclaimOrphans() {
        List<DeviceLease> orphans = leases.stream().filter(DeviceLease::isOrphan).toList();
        if (!orphans.isEmpty()) {
            LOG.warn("Reclaimed the leases of dead threads: {}.", orphans);
            leases.removeAll(orphans);
            dropClaimIfUnused();
        }
    }

    private void dropClaimIfUnused() {
        if (claim != null && leases.isEmpty()) {
            claim.drop();
        }
    }

    private int openLeases() {
        return (int) leases.stream().filter(lease -> !lease.isOrphan()).count();
    }

    private int used(GpuDevice device) {
        return leasesOf(device).mapToInt(DeviceLease::thousandths).sum();
    }

    private long usedBytes(GpuDevice device) {
        return leasesOf(device).mapToLong(DeviceLease::memoryCapBytes).sum();
    }

    private Stream<DeviceLease> leasesOf(GpuDevice device) {
        return leases.stream().filter(lease -> lease.device().uuid().equals(device.uuid()));
    }

    private NoDeviceException noDevice(LeaseRequest request) {
        String prefix = "Cannot lease " + request + " for '" + request.holder() + "': ";
        if (!devices.isEmpty()) {
            return new NoDeviceException(
                    prefix + "no device is of that type and size. Devices are " + names() + ".");
        }
        return new NoDeviceException(
                prefix
                        + "this process has no device. Add 'gpu' to "
                        + ExternalResourceOptions.EXTERNAL_RESOURCE_LIST.key()
                        + " and set "
                        + ExternalResourceOptions.getAmountConfigOptionForResource(
                                GpuDriverOptions.RESOURCE)
                        + ", on a machine without a GPU also "
                        + GpuDriverOptions.SIMULATED_COUNT.key()
                        + ".");
    }

    private List<String> names() {
        return devices.values().stream()
                .map(d -> d.uuid() + " (" + d.name() + ", " + readable(d.memory().getBytes()) + ")")
                .toList();
    }

    private DeviceOversubscribedException oversubscribed(
            LeaseRequest request, List<GpuDevice> serving) {
        return new DeviceOversubscribedException(
                "Cannot lease "
                        + request
                        + " for '"
                        + request.holder()
                        + "': no device has the room. "
                        + String.join(" ", serving.stream().map(this::occupancy).toList()));
    }

    private String occupancy(GpuDevice device) {
        return "Device "
                + device.uuid()
                + " has "
                + (GpuAmount.WHOLE - used(device)) / (double) GpuAmount.WHOLE
                + " and "
                + readable(device.memory().getBytes() - usedBytes(device))
                + " free, held by "
                + leasesOf(device).toList()
                + ".";
    }

    private static String readable(long bytes) {
        return new MemorySize(bytes).toHumanReadableString();
    }
}
