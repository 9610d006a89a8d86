package io.flinkgpu.resources;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.MemorySize;

/**
 * What one parallel subtask of a stage needs: CPU, memory, and a share of a GPU.
 *
 * <p>Immutable and serialisable, so that a job carries it to its operators. Two profiles are equal
 * if all parts are, the name included. The accelerator and the GPU memory steer the lease of a
 * device inside the task manager; Flink's scheduler sees the GPU amount alone.
 */
@PublicEvolving
public final class StageProfile implements Serializable {

    /** The name of the external resource that stands for GPUs in Flink's configuration. */
    public static final String GPU_RESOURCE = "gpu";

    private static final long serialVersionUID = 1L;

    private final String name;
    private final double cpuCores;
    private final MemorySize taskHeap;
    private final MemorySize taskOffHeap;
    private final MemorySize managed;
    private final double gpus;
    @Nullable private final MemorySize gpuMemory;
    @Nullable private final String accelerator;

    private StageProfile(Builder builder) {
        this.name = builder.name;
        this.cpuCores = builder.cpuCores;
        this.taskHeap = builder.taskHeap;
        this.taskOffHeap = builder.taskOffHeap;
        this.managed = builder.managed;
        this.gpus = builder.gpus;
        this.gpuMemory = builder.gpuMemory;
        this.accelerator = builder.accelerator;
    }

    /**
     * Starts a profile with this name; CPU cores and task heap must follow, all else defaults to
     * none.
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Returns the name, which is also the slot sharing group's. */
    public String name() {
        return name;
    }

    /** Returns the CPU cores, above 0. */
    public double cpuCores() {
        return cpuCores;
    }

    /** Returns the task heap, above 0. */
    public MemorySize taskHeap() {
        return taskHeap;
    }

    /** Returns the task off-heap memory, 0 if none. */
    public MemorySize taskOffHeap() {
        return taskOffHeap;
    }

    /** Returns the managed memory, 0 if none. */
    public MemorySize managed() {
        return managed;
    }

    /**
     * Returns the GPU amount: 0, a fraction of one device in thousandths, or a whole number of
     * devices.
     */
    public double gpus() {
        return gpus;
    }

    /**
     * Returns the cap on the device memory that the stage may take; if empty, its share of the
     * device's memory.
     */
    public Optional<MemorySize> gpuMemory() {
        return Optional.ofNullable(gpuMemory);
    }

    /**
     * Returns the label that the device's name must contain, such as {@code a100}; if empty, any
     * device serves.
     */
    public Optional<String> accelerator() {
        return Optional.ofNullable(accelerator);
    }

    /** Returns whether the stage needs a device. */
    public boolean usesGpu() {
        return gpus > 0;
    }

    /** Returns the same profile for a stage whose model runs elsewhere. */
    public StageProfile withoutGpu() {
        return named(name)
                .cpuCores(cpuCores)
                .taskHeap(taskHeap)
                .taskOffHeap(taskOffHeap)
                .managed(managed)
                .build();
    }

    /**
     * Returns Flink's form of this profile, with the GPU amount as the external resource {@value
     * #GPU_RESOURCE}.
     */
    public SlotSharingGroup toSlotSharingGroup() {
        SlotSharingGroup.Builder group =
                SlotSharingGroup.newBuilder(name)
                        .setCpuCores(cpuCores)
                        .setTaskHeapMemory(taskHeap)
                        .setTaskOffHeapMemory(taskOffHeap)
                        .setManagedMemory(managed);
        if (usesGpu()) {
            group.setExternalResource(GPU_RESOURCE, gpus);
        }
        return group.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StageProfile that
                && name.equals(that.name)
                && cpuCores == that.cpuCores
                && taskHeap.equals(that.taskHeap)
                && taskOffHeap.equals(that.taskOffHeap)
                && managed.equals(that.managed)
                && gpus == that.gpus
                && Objects.equals(gpuMemory, that.gpuMemory)
                && Objects.equals(accelerator, that.accelerator);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name, cpuCores, taskHeap, taskOffHeap, managed, gpus, gpuMemory, accelerator);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("StageProfile[name=")
                        .append(name)
                        .append(", cpuCores=")
                        .append(cpuCores)
                        .append(", taskHeap=")
                        .append(taskHeap.toHumanReadableString())
                        .append(", taskOffHeap=")
                        .append(taskOffHeap.toHumanReadableString())
                        .append(", managed=")
                        .append(managed.toHumanReadableString())
                        .append(", gpus=")
                        .append(gpus);
        gpuMemory().ifPresent(m -> text.append(", gpuMemory=").append(m.toHumanReadableString()));
        accelerator().ifPresent(a -> text.append(", accelerator=").append(a));
        return text.append(']').toString();
    }

    /** A problem with one part of a profile; {@code key} is the part's key in the YAML form. */
    record Problem(String key, String message) {}

    /** Builds a profile. Not thread-safe. */
    public static final class Builder {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

        private final String name;
        private double cpuCores;
        private MemorySize taskHeap = MemorySize.ZERO;
        private MemorySize taskOffHeap = MemorySize.ZERO;
        private MemorySize managed = MemorySize.ZERO;
        private double gpus;
        @Nullable private MemorySize gpuMemory;
        @Nullable private String accelerator;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Sets the CPU cores, above 0; required. */
        public Builder cpuCores(double cores) {
            this.cpuCores = cores;
            return this;
        }

        /** Sets the task heap, above 0; required. */
        public Builder taskHeap(MemorySize size) {
            this.taskHeap = Objects.requireNonNull(size, "taskHeap");
            return this;
        }

        /** Sets the task off-heap memory. */
        public Builder taskOffHeap(MemorySize size) {
            this.taskOffHeap = Objects.requireNonNull(size, "taskOffHeap");
            return this;
        }

        /** Sets the managed memory. */
        public Builder managed(MemorySize size) {
            this.managed = Objects.requireNonNull(size, "managed");
            return this;
        }

        /**
         * Sets the GPU amount: 0, a fraction of one device that is a multiple of 0.001, or a whole
         * number.
         */
        public Builder gpus(double amount) {
            this.gpus = amount;
            return this;
        }

        /** Sets the cap on device memory, above 0; only with GPUs. */
        public Builder gpuMemory(MemorySize size) {
            this.gpuMemory = Objects.requireNonNull(size, "gpuMemory");
            return this;
        }

        /** Sets the label that the device's name must contain, not blank; only with GPUs. */
        public Builder accelerator(String label) {
            this.accelerator = Objects.requireNonNull(label, "accelerator");
            return this;
        }

        /**
         * Builds the profile.
         *
         * @throws IllegalArgumentException naming every problem, if there is one
         */
        public StageProfile build() {
            List<Problem> problems = problems();
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(
                        problems.stream().map(Problem::message).collect(Collectors.joining(" ")));
            }
            return new StageProfile(this);
        }

        List<Problem> problems() {
            List<Problem> found = new ArrayList<>();
            if (!NAME.matcher(name).matches()) {
                found.add(
                        new Problem(
                                "name",
                                "Invalid profile name: '"
                                        + name
                                        + "'. It must be letters, digits, '.', '_' and '-', and begin with a"
                                        + " letter or digit."));
            }
            if (!(cpuCores > 0) || Double.isInfinite(cpuCores)) {
                found.add(invalid("cpu-cores", cpuCores, "It must be a number above 0."));
            }
            if (taskHeap.getBytes() == 0) {
                found.add(invalid("task-heap", taskHeap, "It must be above 0."));
            }
            addGpuProblems(found);
            return found;
        }

        private void addGpuProblems(List<Problem> found) {
            if (!isGpuAmount(gpus)) {
                found.add(
                        invalid(
                                "gpus",
                                gpus,
                                "It must be 0, a fraction of one device that is a multiple of 0.001 (such as"
                                        + " 0.25 or 0.5), or a whole number."));
            }
            if (gpuMemory != null && gpuMemory.getBytes() == 0) {
                found.add(invalid("gpu-memory", gpuMemory, "It must be above 0."));
            }
            if (gpuMemory != null && gpus == 0) {
                found.add(invalid("gpu-memory", gpuMemory, "It needs gpus above 0."));
            }
            if (accelerator != null && accelerator.isBlank()) {
                found.add(invalid("accelerator", "'" + accelerator + "'", "It must not be blank."));
            }
            if (accelerator != null && gpus == 0) {
                found.add(invalid("accelerator", accelerator, "It needs gpus above 0."));
            }
        }

        private static boolean isGpuAmount(double gpus) {
            return GpuAmount.isRepresentable(gpus) && (gpus < 1 || gpus == Math.rint(gpus));
        }

        private Problem invalid(String key, Object value, String bound) {
            return new Problem(
                    key, "Invalid " + key + " of profile '" + name + "': " + value + ". " + bound);
        }
    }
}
