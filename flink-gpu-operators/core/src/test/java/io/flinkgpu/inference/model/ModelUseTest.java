package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ModelUseTest {

    @Test
    void takesTheSmallestValues() {
        assertThat(new ModelUse(1, 1, Duration.ZERO).maxBatchSize()).isEqualTo(1);
    }

    @Test
    void refusesValuesBelow() {
        assertThatThrownBy(() -> new ModelUse(0, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid max batch size: 0. It must be at least 1.");
        assertThatThrownBy(() -> new ModelUse(1, 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid run threads: 0. It must be at least 1.");
        assertThatThrownBy(() -> new ModelUse(1, 1, Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid linger time: PT-0.000000001S. It must not be negative.");
    }

    @Test
    void namesWhatALaterUserCannotChange() {
        ModelUse first = new ModelUse(32, 1, Duration.ZERO);
        ModelUse later =
                new ModelUse(
                        64, 2, Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofSeconds(6));

        assertThat(first.keptOver(new ModelUse(64, 1, Duration.ofMinutes(1)))).isEmpty();
        assertThat(first.keptOver(later))
                .containsExactly(
                        "inference.device.max-run-time",
                        "inference.device.run-threads",
                        "inference.model.load-timeout");
    }
}
