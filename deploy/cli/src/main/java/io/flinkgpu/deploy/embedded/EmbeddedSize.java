package io.flinkgpu.deploy.embedded;

import com.sun.management.OperatingSystemMXBean;
import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import io.flinkgpu.resources.StageProfile;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.configuration.MemorySize;

/**
 * The size of the one task manager of an embedded Flink: what all subtasks of all stages ask for.
 *
 * @param stages their profiles
 * @param parallelism subtasks of each stage
 * @param limits what this process has
 */
record EmbeddedSize(List<StageProfile> stages, int parallelism, TaskManagerResources limits) {

    private static final MemorySize NETWORK_PER_SUBTASK = MemorySize.ofMebiBytes(32);

    /** What this process can offer, with that many devices. */
    static TaskManagerResources limitsOfProcess(int devices) {
        MemorySize machine =
                new MemorySize(
                        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize());
        return new TaskManagerResources(
                Runtime.getRuntime().availableProcessors(),
                new MemorySize(Runtime.getRuntime().maxMemory()),
                machine,
                machine,
                machine,
                Map.of(StageProfile.GPU_RESOURCE, (double) devices));
    }

    /**
     * Checks each profile and the sum of all subtasks. The sum of CPU cores may exceed the
     * machine's: they only run slower.
     *
     * @throws IllegalArgumentException naming the profile, or the resource, that does not fit
     */
    void requireFit() {
        ProfileFit.check(
                stages, List.of(new TaskManagerInfo("this process", "", 1, 1, limits, limits)));
        requireMemory("heap", taskHeap(), limits.taskHeap());
        requireMemory(
                "off-heap and managed memory", taskOffHeap().add(managed()), limits.taskOffHeap());
        double gpus = parallelism * stages.stream().mapToDouble(StageProfile::gpus).sum();
        if (gpus > limits.gpus()) {
            throw tooMuch("%s GPUs".formatted(gpus), "%.0f".formatted(limits.gpus()));
        }
    }

    double cpuCores() {
        return parallelism * stages.stream().mapToDouble(StageProfile::cpuCores).sum();
    }

    MemorySize taskHeap() {
        return total(StageProfile::taskHeap);
    }

    MemorySize taskOffHeap() {
        return total(StageProfile::taskOffHeap);
    }

    MemorySize managed() {
        return total(StageProfile::managed);
    }

    MemorySize network() {
        return NETWORK_PER_SUBTASK.multiply(parallelism).add(NETWORK_PER_SUBTASK);
    }

    long gpus() {
        return Math.round(limits.gpus());
    }

    private MemorySize total(Function<StageProfile, MemorySize> part) {
        return stages.stream()
                .map(part)
                .reduce(MemorySize.ZERO, MemorySize::add)
                .multiply(parallelism);
    }

    private void requireMemory(String what, MemorySize wanted, MemorySize limit) {
        if (wanted.compareTo(limit) > 0) {
            throw tooMuch(
                    "%d mb of %s".formatted(wanted.getMebiBytes(), what),
                    "%d mb".formatted(limit.getMebiBytes()));
        }
    }

    private IllegalArgumentException tooMuch(String wanted, String limit) {
        return new IllegalArgumentException(
                "Cannot run %d subtasks of each stage in this process: their profiles ask for %s and it has %s. Lower --parallelism or the profiles, or use --cluster."
                        .formatted(parallelism, wanted, limit));
    }
}
