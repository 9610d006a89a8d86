package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.resources.StageProfile;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/**
 * Tells before a job starts whether every stage's profile fits into some task manager.
 *
 * <p>Flink waits in silence for a slot that no task manager can ever give, until {@code
 * slot.request.timeout} (five minutes). Totals are compared, not what is free at the moment: a busy
 * cluster is worth waiting for.
 */
@Internal
public final class ProfileFit {

    private ProfileFit() {}

    /**
     * Checks the profiles.
     *
     * @throws IllegalArgumentException naming every profile that no task manager can hold, what it
     *     asks for, and what exists
     */
    public static void check(
            Collection<StageProfile> profiles, Collection<TaskManagerInfo> taskManagers) {
        List<StageProfile> tooLarge =
                profiles.stream().filter(profile -> !fitsAny(profile, taskManagers)).toList();
        if (!tooLarge.isEmpty()) {
            throw new IllegalArgumentException(
                    tooLarge.stream().map(ProfileFit::problem).collect(Collectors.joining(" "))
                            + " Task managers: "
                            + describe(taskManagers, TaskManagerInfo::total)
                            + ".");
        }
    }

    /**
     * Says which profiles wait for slots, what each slot must hold and what is free.
     *
     * @param waiting the vertices without all their slots, by the profile that they share
     */
    public static String describeWait(
            Map<StageProfile, List<VertexInfo>> waiting, Collection<TaskManagerInfo> taskManagers) {
        return waiting.entrySet().stream()
                .map(entry -> wait(entry.getKey(), entry.getValue()))
                .collect(
                        Collectors.joining(
                                "; ",
                                "",
                                ". Free: " + describe(taskManagers, TaskManagerInfo::free) + "."));
    }

    /** Vertices that share a profile share slots. */
    private static String wait(StageProfile profile, List<VertexInfo> vertices) {
        return "profile '%s' waits for %d more slots with %s, for %s"
                .formatted(
                        profile.name(),
                        vertices.stream().mapToLong(VertexInfo::waiting).max().orElse(0),
                        asked(profile),
                        vertices.stream()
                                .map(vertex -> "'" + vertex.name() + "'")
                                .collect(Collectors.joining(", ")));
    }

    private static boolean fitsAny(StageProfile profile, Collection<TaskManagerInfo> taskManagers) {
        return taskManagers.stream().anyMatch(manager -> fits(profile, manager.total()));
    }

    private static boolean fits(StageProfile profile, TaskManagerResources total) {
        return profile.cpuCores() <= total.cpuCores()
                && profile.gpus() <= total.gpus()
                && profile.taskHeap().compareTo(total.taskHeap()) <= 0
                && profile.taskOffHeap().compareTo(total.taskOffHeap()) <= 0
                && profile.managed().compareTo(total.managed()) <= 0;
    }

    private static String problem(StageProfile profile) {
        return "Cannot place profile '%s' (%s): no task manager has that much."
                .formatted(profile.name(), asked(profile));
    }

    private static String asked(StageProfile profile) {
        return amounts(
                profile.cpuCores(),
                profile.taskHeap(),
                profile.taskOffHeap(),
                profile.managed(),
                profile.gpus());
    }

    private static String describe(
            Collection<TaskManagerInfo> taskManagers,
            Function<TaskManagerInfo, TaskManagerResources> part) {
        if (taskManagers.isEmpty()) {
            return "none";
        }
        return taskManagers.stream()
                .map(manager -> manager.id() + " (" + offered(part.apply(manager)) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String offered(TaskManagerResources resources) {
        return amounts(
                resources.cpuCores(),
                resources.taskHeap(),
                resources.taskOffHeap(),
                resources.managed(),
                resources.gpus());
    }

    private static String amounts(
            double cpu, MemorySize heap, MemorySize offHeap, MemorySize managed, double gpus) {
        return "cpu %s, heap %s, off-heap %s, managed %s, gpus %s"
                .formatted(number(cpu), size(heap), size(offHeap), size(managed), number(gpus));
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String size(MemorySize size) {
        return number(size.getBytes() / (double) MemorySize.ofMebiBytes(1).getBytes()) + " mb";
    }
}
