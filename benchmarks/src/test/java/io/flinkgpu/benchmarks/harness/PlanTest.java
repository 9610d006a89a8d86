package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void takesOneRepetitionWithoutWarmUp() {
        assertThat(new Plan(0, 1, SECOND).repetitions()).isEqualTo(1);
    }

    @Test
    void refusesNoRepetition() {
        assertThatThrownBy(() -> new Plan(0, 0, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid repetitions: 0. They must be at least 1.");
    }

    @Test
    void refusesNegativeWarmUps() {
        assertThatThrownBy(() -> new Plan(-1, 1, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid warm-ups: -1. They must not be negative.");
    }

    @Test
    void refusesEmptyLength() {
        assertThatThrownBy(() -> new Plan(0, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid length of a run: PT0S. It must be positive.");
    }
}
