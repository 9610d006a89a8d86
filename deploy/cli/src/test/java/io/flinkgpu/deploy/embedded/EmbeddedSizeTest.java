package io.flinkgpu.deploy.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.rest.TaskManagerResources;
import io.flinkgpu.resources.StageProfile;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class EmbeddedSizeTest {

    private static final TaskManagerResources LIMITS =
            new TaskManagerResources(2, mb(1000), mb(4000), mb(4000), mb(4000), Map.of("gpu", 2.0));

    private static final StageProfile DECODE =
            StageProfile.named("decode").cpuCores(1).taskHeap(mb(200)).managed(mb(16)).build();

    private static final StageProfile INFERENCE = inference(1, mb(500));

    @Test
    void addsUpAllSubtasksOfAllStages() {
        EmbeddedSize size = size(2, DECODE, INFERENCE);

        assertThat(size.cpuCores()).isEqualTo(3);
        assertThat(size.taskHeap()).isEqualTo(mb(600));
        assertThat(size.taskOffHeap()).isEqualTo(mb(1000));
        assertThat(size.managed()).isEqualTo(mb(32));
        assertThat(size.gpus()).isEqualTo(2);
        assertThatCode(size::requireFit).doesNotThrowAnyException();
    }

    @Test
    void sumOfCoresMayExceedTheMachine() {
        assertThatCode(size(3, DECODE)::requireFit).doesNotThrowAnyException();
    }

    @Test
    void refusesProfileThatAsksForMoreThanTheProcessHas() {
        assertThatThrownBy(size(1, DECODE, inference(3, mb(1)))::requireFit)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot place profile 'inference'")
                .hasMessageContaining("this process (cpu 2, heap 1000 mb");
    }

    @Test
    void refusesMoreHeapThanTheProcessHas() {
        assertThatThrownBy(size(6, DECODE)::requireFit)
                .hasMessage(
                        "Cannot run 6 subtasks of each stage in this process: their profiles ask for 1200 mb of heap"
                                + " and it has 1000 mb. Lower --parallelism or the profiles, or use --cluster.");
    }

    @Test
    void refusesMoreOffHeapAndManagedMemoryThanTheMachineHas() {
        assertThatThrownBy(size(2, inference(0.5, mb(2001)))::requireFit)
                .hasMessageContaining("off-heap and managed memory");
    }

    @Test
    void refusesMoreGpusThanTheMachineHas() {
        assertThatThrownBy(size(3, INFERENCE)::requireFit)
                .hasMessageContaining("ask for 3.0 GPUs and it has 2.");
    }

    private static EmbeddedSize size(int parallelism, StageProfile... stages) {
        return new EmbeddedSize(List.of(stages), parallelism, LIMITS);
    }

    private static StageProfile inference(double gpus, MemorySize offHeap) {
        return StageProfile.named("inference")
                .cpuCores(0.5)
                .taskHeap(mb(100))
                .taskOffHeap(offHeap)
                .gpus(gpus)
                .build();
    }

    private static MemorySize mb(int mebiBytes) {
        return MemorySize.ofMebiBytes(mebiBytes);
    }
}
