package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.resources.StageProfile;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.execution.ExecutionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileFitTest {

    private static final List<TaskManagerInfo> CLUSTER =
            List.of(
                    TaskManagers.idle("cpu-1", 4, 768, 64, 128),
                    TaskManagers.idle("gpu-1", 2, 256, 1024, 0, Map.of("gpu", 2.0)));

    @ParameterizedTest
    @CsvSource({
        // The most of each dimension that some task manager has.
        "4.0, 768,   64, 128, 0",
        "2.0, 256, 1024,   0, 2",
        "0.5,   1,    0,   0, 0.5",
    })
    void acceptsWhatOneTaskManagerHolds(
            double cpu, int heap, int offHeap, int managed, double gpus) {
        StageProfile profile = profile("fits", cpu, heap, offHeap, managed, gpus);

        assertThatCode(() -> ProfileFit.check(List.of(profile), CLUSTER))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "4.1, 768,   64, 128, 0",
        "4.0, 769,   64, 128, 0",
        "4.0, 768,   65, 128, 0",
        "4.0, 768,   64, 129, 0",
        "2.0, 256, 1024,   0, 3",
        // Each dimension exists, but not on one task manager.
        "4.0, 768,   64, 128, 1",
    })
    void refusesWhatNoTaskManagerHolds(
            double cpu, int heap, int offHeap, int managed, double gpus) {
        StageProfile profile = profile("large", cpu, heap, offHeap, managed, gpus);

        assertThatThrownBy(() -> ProfileFit.check(List.of(profile), CLUSTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot place profile 'large'");
    }

    @Test
    void namesEveryProfileThatDoesNotFitAndWhatExists() {
        List<StageProfile> profiles =
                List.of(
                        profile("decode", 1, 128, 0, 0, 0),
                        profile("inference", 64, 256, 0, 0, 4),
                        profile("sink", 0.5, 2048, 0, 0, 0));

        assertThatThrownBy(() -> ProfileFit.check(profiles, CLUSTER))
                .hasMessage(
                        "Cannot place profile 'inference' (cpu 64, heap 256 mb, off-heap 0 mb, managed"
                                + " 0 mb, gpus 4): no task manager has that much. Cannot place profile"
                                + " 'sink' (cpu 0.500, heap 2048 mb, off-heap 0 mb, managed 0 mb, gpus"
                                + " 0): no task manager has that much. Task managers: cpu-1 (cpu 4,"
                                + " heap 768 mb, off-heap 64 mb, managed 128 mb, gpus 0), gpu-1 (cpu 2,"
                                + " heap 256 mb, off-heap 1024 mb, managed 0 mb, gpus 2).");
    }

    @Test
    void saysThatThereIsNoTaskManager() {
        assertThatThrownBy(() -> ProfileFit.check(List.of(profile("a", 1, 1, 0, 0, 0)), List.of()))
                .hasMessageEndingWith("Task managers: none.");
    }

    @Test
    void saysWhichProfileWaitsForWhat() {
        SubtaskInfo waits = new SubtaskInfo(0, ExecutionState.SCHEDULED, 0, "(unassigned)", 0, 0);
        SubtaskInfo runs = new SubtaskInfo(1, ExecutionState.RUNNING, 0, "gpu-1", 0, 0);
        SubtaskInfo ended = new SubtaskInfo(2, ExecutionState.CANCELED, 0, "(unassigned)", 0, 0);
        VertexInfo classify = new VertexInfo("7", "classify", List.of(waits, runs, ended));
        VertexInfo check = new VertexInfo("8", "check", List.of(waits, waits, ended));

        assertThat(
                        ProfileFit.describeWait(
                                Map.of(
                                        profile("inference", 1, 128, 512, 0, 1),
                                        List.of(classify, check)),
                                CLUSTER))
                .isEqualTo(
                        "profile 'inference' waits for 2 more slots with cpu 1, heap 128 mb, off-heap"
                                + " 512 mb, managed 0 mb, gpus 1, for 'classify', 'check'. Free: cpu-1"
                                + " (cpu 4, heap 768 mb, off-heap 64 mb, managed 128 mb, gpus 0), gpu-1"
                                + " (cpu 2, heap 256 mb, off-heap 1024 mb, managed 0 mb, gpus 2).");
    }

    private static StageProfile profile(
            String name, double cpu, int heap, int offHeap, int managed, double gpus) {
        UnaryOperator<StageProfile.Builder> withGpus =
                builder -> gpus > 0 ? builder.gpus(gpus) : builder;
        return withGpus.apply(
                        StageProfile.named(name)
                                .cpuCores(cpu)
                                .taskHeap(MemorySize.ofMebiBytes(heap))
                                .taskOffHeap(MemorySize.ofMebiBytes(offHeap))
                                .managed(MemorySize.ofMebiBytes(managed)))
                .build();
    }
}
