package io.flinkgpu.resources.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.resources.StageProfile;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseRequestTest {

    private static final MemorySize GIB = MemorySize.parse("1 gb");

    @Test
    void takesWhatAProfileSays() {
        LeaseRequest request =
                LeaseRequest.of(
                        "classify (1/2)", profile(0.5).gpuMemory(GIB).accelerator("a100").build());

        assertThat(request.holder()).isEqualTo("classify (1/2)");
        assertThat(request.share()).isEqualTo(0.5);
        assertThat(request.memoryCap()).contains(GIB);
        assertThat(request.accelerator()).contains("a100");
    }

    @Test
    void leavesOpenWhatAProfileLeavesOpen() {
        LeaseRequest request = LeaseRequest.of("a", profile(1).build());

        assertThat(request.memoryCap()).isEmpty();
        assertThat(request.accelerator()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.5, 2, 0.0001, Double.NaN})
    void refusesSharesThatOneDeviceCannotGive(double share) {
        assertThatThrownBy(() -> new LeaseRequest("a", share, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid share of a device for 'a': "
                                + share
                                + ". A subtask leases one device: the share must be above 0, at most 1,"
                                + " and a multiple of 0.001; for more devices raise the parallelism.");
    }

    @Test
    void refusesAProfileOfSeveralDevices() {
        StageProfile profile = profile(2).build();

        assertThatThrownBy(() -> LeaseRequest.of("a", profile))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid share of a device for 'a': 2.0. ");
    }

    @Test
    void refusesABlankHolder() {
        assertThatThrownBy(() -> new LeaseRequest(" ", 1, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid holder of a lease: ' '. Name the subtask.");
    }

    @Test
    void refusesAMemoryCapOfZero() {
        assertThatThrownBy(() -> new LeaseRequest("a", 1, MemorySize.ZERO, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid memory cap for 'a': 0 bytes. It must be above 0.");
    }

    private static StageProfile.Builder profile(double gpus) {
        return StageProfile.named("classify").cpuCores(1).taskHeap(GIB).gpus(gpus);
    }
}
