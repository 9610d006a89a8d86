package io.flinkgpu.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageProfileTest {

    private static final MemorySize HEAP = MemorySize.ofMebiBytes(256);

    @Test
    void keepsWhatItIsGiven() {
        StageProfile profile = full().build();

        assertThat(profile.name()).isEqualTo("classify");
        assertThat(profile.cpuCores()).isEqualTo(1.5);
        assertThat(profile.taskHeap()).isEqualTo(HEAP);
        assertThat(profile.taskOffHeap()).isEqualTo(MemorySize.ofMebiBytes(512));
        assertThat(profile.managed()).isEqualTo(MemorySize.ofMebiBytes(64));
        assertThat(profile.gpus()).isEqualTo(0.5);
        assertThat(profile.gpuMemory()).contains(MemorySize.parse("8 gb"));
        assertThat(profile.accelerator()).contains("a100");
        assertThat(profile.usesGpu()).isTrue();
    }

    @Test
    void needsCpuAndHeapAlone() {
        StageProfile profile = minimal().build();

        assertThat(profile.taskOffHeap()).isEqualTo(MemorySize.ZERO);
        assertThat(profile.managed()).isEqualTo(MemorySize.ZERO);
        assertThat(profile.usesGpu()).isFalse();
        assertThat(profile.gpuMemory()).isEmpty();
        assertThat(profile.accelerator()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.333, 1, 2, 8})
    void takesWholeGpusAndFractionsOfOne(double gpus) {
        assertThat(minimal().gpus(gpus).build().gpus()).isEqualTo(gpus);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 1.5, 0.0001, 1.0 / 3, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesOtherGpuAmounts(double gpus) {
        assertThatThrownBy(() -> minimal().gpus(gpus).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid gpus of profile 'decode': "
                                + gpus
                                + ". It must be 0, a fraction of one device that is a multiple of 0.001"
                                + " (such as 0.25 or 0.5), or a whole number.");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesCpuCoresThatAreNoPositiveNumber(double cores) {
        assertThatThrownBy(() -> minimal().cpuCores(cores).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid cpu-cores of profile 'decode': "
                                + cores
                                + ". It must be a number above 0.");
    }

    @Test
    void refusesMissingTaskHeap() {
        assertThatThrownBy(() -> StageProfile.named("decode").cpuCores(1).build())
                .hasMessage("Invalid task-heap of profile 'decode': 0 bytes. It must be above 0.");
    }

    @Test
    void refusesGpuMemoryOfZero() {
        assertThatThrownBy(() -> minimal().gpus(1).gpuMemory(MemorySize.ZERO).build())
                .hasMessage("Invalid gpu-memory of profile 'decode': 0 bytes. It must be above 0.");
    }

    @Test
    void refusesGpuMemoryWithoutGpus() {
        assertThatThrownBy(() -> minimal().gpuMemory(HEAP).build())
                .hasMessage(
                        "Invalid gpu-memory of profile 'decode': 256 mb. It needs gpus above 0.");
    }

    @Test
    void refusesBlankAccelerator() {
        assertThatThrownBy(() -> minimal().gpus(1).accelerator(" ").build())
                .hasMessage("Invalid accelerator of profile 'decode': ' '. It must not be blank.");
    }

    @Test
    void refusesAcceleratorWithoutGpus() {
        assertThatThrownBy(() -> minimal().accelerator("a100").build())
                .hasMessage(
                        "Invalid accelerator of profile 'decode': a100. It needs gpus above 0.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-a", "a/b"})
    void refusesNamesThatAreNoIdentifiers(String name) {
        assertThatThrownBy(() -> StageProfile.named(name).cpuCores(1).taskHeap(HEAP).build())
                .hasMessageStartingWith("Invalid profile name: '" + name + "'. ");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThatThrownBy(() -> StageProfile.named("x").gpus(1.5).accelerator("").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "Invalid cpu-cores",
                        "Invalid task-heap",
                        "Invalid gpus",
                        "Invalid accelerator");
    }

    @Test
    void becomesASlotSharingGroupWithTheGpuShare() {
        SlotSharingGroup group = full().build().toSlotSharingGroup();

        assertThat(group.getName()).isEqualTo("classify");
        assertThat(group.getCpuCores()).contains(1.5);
        assertThat(group.getTaskHeapMemory()).contains(HEAP);
        assertThat(group.getTaskOffHeapMemory()).contains(MemorySize.ofMebiBytes(512));
        assertThat(group.getManagedMemory()).contains(MemorySize.ofMebiBytes(64));
        assertThat(group.getExternalResources()).containsOnlyKeys("gpu").containsEntry("gpu", 0.5);
    }

    @Test
    void becomesASlotSharingGroupWithoutExternalResourcesWhenItUsesNoGpu() {
        SlotSharingGroup group = minimal().build().toSlotSharingGroup();

        assertThat(group.getExternalResources()).isEmpty();
        assertThat(group.getManagedMemory()).contains(MemorySize.ZERO);
    }

    @Test
    void survivesJavaSerialisation() throws Exception {
        StageProfile profile = full().build();

        assertThat(InstantiationUtil.clone(profile)).isEqualTo(profile).hasSameHashCodeAs(profile);
    }

    @Test
    void differsInEveryPart() {
        StageProfile profile = full().build();

        assertThat(profile)
                .isEqualTo(full().build())
                .isNotEqualTo(full().cpuCores(2).build())
                .isNotEqualTo(full().taskHeap(MemorySize.parse("1 mb")).build())
                .isNotEqualTo(full().taskOffHeap(MemorySize.ZERO).build())
                .isNotEqualTo(full().managed(MemorySize.ZERO).build())
                .isNotEqualTo(full().gpus(1).build())
                .isNotEqualTo(full().gpuMemory(HEAP).build())
                .isNotEqualTo(full().accelerator("h100").build())
                .isNotEqualTo(minimal().build());
    }

    @Test
    void showsItsPartsAsText() {
        assertThat(full().build())
                .hasToString(
                        "StageProfile[name=classify, cpuCores=1.5, taskHeap=256.000mb (268435456 bytes),"
                                + " taskOffHeap=512.000mb (536870912 bytes), managed=64.000mb (67108864"
                                + " bytes), gpus=0.5, gpuMemory=8.000gb (8589934592 bytes),"
                                + " accelerator=a100]");
    }

    private static StageProfile.Builder minimal() {
        return StageProfile.named("decode").cpuCores(1).taskHeap(HEAP);
    }

    private static StageProfile.Builder full() {
        return StageProfile.named("classify")
                .cpuCores(1.5)
                .taskHeap(HEAP)
                .taskOffHeap(MemorySize.ofMebiBytes(512))
                .managed(MemorySize.ofMebiBytes(64))
                .gpus(0.5)
                .gpuMemory(MemorySize.parse("8 gb"))
                .accelerator("a100");
    }
}
