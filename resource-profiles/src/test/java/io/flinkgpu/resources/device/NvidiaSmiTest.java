package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NvidiaSmiTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void givesCodeAndTextOfWhatItRan() {
        NvidiaSmi nvidiaSmi = new NvidiaSmi("sh", TIMEOUT);

        assertThat(nvidiaSmi.run(List.of("-c", "echo out; echo err >&2; exit 3")))
                .contains(new NvidiaSmi.Answer(3, "out\nerr\n"));
    }

    @Test
    void hasNoAnswerOfAHangingProgram() {
        NvidiaSmi nvidiaSmi = new NvidiaSmi("sh", Duration.ofMillis(300));

        assertThat(nvidiaSmi.run(List.of("-c", "echo begun; sleep 600"))).isEmpty();
    }

    @Test
    void runsAgainAfterAHangingProgramWasKilled() {
        NvidiaSmi nvidiaSmi = new NvidiaSmi("sh", Duration.ofSeconds(2));

        assertThat(nvidiaSmi.run(List.of("-c", "sleep 600"))).isEmpty();
        assertThat(nvidiaSmi.run(List.of("-c", "exit 0"))).isPresent();
    }

    @Test
    void keepsTheMarkOfAnInterruptedThread() {
        NvidiaSmi nvidiaSmi = new NvidiaSmi("sh", TIMEOUT);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> nvidiaSmi.run(List.of("-c", "sleep 600")))
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessage("Cannot run sh: interrupted.");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void namesAProgramThatDoesNotExist() {
        NvidiaSmi nvidiaSmi = new NvidiaSmi("no-such-nvidia-smi", TIMEOUT);

        assertThatThrownBy(() -> nvidiaSmi.run(List.of()))
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessageStartingWith("Cannot run no-such-nvidia-smi: ")
                .hasMessageEndingWith(" Is the driver installed?");
    }

    @Test
    void refusesATimeoutOfZero() {
        assertThatThrownBy(() -> new NvidiaSmi("nvidia-smi", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid timeout of nvidia-smi: PT0S. It must be above 0.");
    }
}
