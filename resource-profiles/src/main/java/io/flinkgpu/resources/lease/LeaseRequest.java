package io.flinkgpu.resources.lease;

import io.flinkgpu.resources.GpuAmount;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/** What a subtask asks of a device. Immutable. */
@Internal
public final class LeaseRequest {

    private final String holder;
    private final double share;
    @Nullable private final MemorySize memoryCap;
    @Nullable private final String accelerator;
    @Nullable private final Object reused;

    /**
     * Describes a request.
     *
     * @param holder who asks, as reports and errors show it, such as {@code classify (2/4)}; not
     *     blank
     * @param share the share of one device, in (0, 1] and a multiple of 0.001; 1 is exclusive
     * @param memoryCap the device memory that the holder may take, above 0; null: its share of the
     *     device's memory
     * @param accelerator text that the device's name must contain, in any case; null: any device. A
     *     simulated device has every label
     * @throws IllegalArgumentException if a value is out of its range
     */
    public LeaseRequest(
            String holder,
            double share,
            @Nullable MemorySize memoryCap,
            @Nullable String accelerator) {
        this(holder, share, memoryCap, accelerator, null);
    }

    private LeaseRequest(
            String holder,
            double share,
            @Nullable MemorySize memoryCap,
            @Nullable String accelerator,
            @Nullable Object reused) {
        if (holder.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid holder of a lease: '" + holder + "'. Name the subtask.");
        }
        this.holder = holder;
        this.share = checkedShare(share, holder);
        this.memoryCap = checkedCap(memoryCap, holder);
        this.accelerator = accelerator;
        this.reused = reused;
    }

    /**
     * Returns the request of a subtask with this profile.
     *
     * @throws IllegalArgumentException if the profile uses no GPU, or more than one for a subtask
     */
    public static LeaseRequest of(String holder, StageProfile profile) {
        return new LeaseRequest(
                holder,
                profile.gpus(),
                profile.gpuMemory().orElse(null),
                profile.accelerator().orElse(null));
    }

    /**
     * Returns this request of a subtask that takes over what is idle on the device.
     *
     * @param owner of an {@link IdleMemory.Holding}, which is part of the lease's memory then
     */
    public LeaseRequest reusing(Object owner) {
        return new LeaseRequest(holder, share, memoryCap, accelerator, owner);
    }

    /** Returns who asks. */
    public String holder() {
        return holder;
    }

    /** Returns the share of one device, in (0, 1]. */
    public double share() {
        return share;
    }

    /** Returns the cap on device memory; if empty, the share of the device's memory. */
    public Optional<MemorySize> memoryCap() {
        return Optional.ofNullable(memoryCap);
    }

    /** Returns the label of the accelerator; if empty, any device serves. */
    public Optional<String> accelerator() {
        return Optional.ofNullable(accelerator);
    }

    boolean accepts(GpuDevice device) {
        return accelerator == null
                || device.simulated()
                || lower(device.name()).contains(lower(accelerator));
    }

    boolean reuses(IdleMemory.Holding holding) {
        return holding.owner().equals(reused);
    }

    int thousandths() {
        return GpuAmount.thousandths(share);
    }

    long capBytesOn(GpuDevice device) {
        return memoryCap == null
                ? multiply(device.memory().getBytes(), thousandths())
                : memoryCap.getBytes();
    }

    @Override
    public String toString() {
        return share
                + " of a device"
                + (memoryCap == null ? "" : " with " + memoryCap.toHumanReadableString())
                + (accelerator == null ? "" : " of type '" + accelerator + "'");
    }

    // Divides first, so that large memories cannot overflow; the rest is divided apart and loses
    // less than a byte.
    private static long multiply(long bytes, int thousandths) {
        return bytes / GpuAmount.WHOLE * thousandths
                + bytes % GpuAmount.WHOLE * thousandths / GpuAmount.WHOLE;
    }

    private static double checkedShare(double share, String holder) {
        if (!(share > 0) || share > 1 || !GpuAmount.isRepresentable(share)) {
            throw new IllegalArgumentException(
                    "Invalid share of a device for '"
                            + holder
                            + "': "
                            + share
                            + ". A subtask leases one device: the share must be above 0, at most 1,"
                            + " and a multiple of 0.001; for more devices raise the parallelism.");
        }
        return share;
    }

    @Nullable
    private static MemorySize checkedCap(@Nullable MemorySize cap, String holder) {
        if (cap != null && cap.getBytes() == 0) {
            throw new IllegalArgumentException(
                    "Invalid memory cap for '" + holder + "': 0 bytes. It must be above 0.");
        }
        return cap;
    }

    private static String lower(String text) {
        return Objects.requireNonNull(text).toLowerCase(Locale.ROOT);
    }
}
