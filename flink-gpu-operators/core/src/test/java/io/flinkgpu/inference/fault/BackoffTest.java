package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(1);

    private final Backoff backoff = new Backoff(FIRST, MAX, 0.2);

    @Test
    void doublesUpToTheLongest() {
        assertThat(backoff.pause(0, 0.5)).isEqualTo(FIRST);
        assertThat(backoff.pause(1, 0.5)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.pause(3, 0.5)).isEqualTo(Duration.ofMillis(800));
        assertThat(backoff.pause(4, 0.5)).isEqualTo(MAX);
        assertThat(backoff.pause(Integer.MAX_VALUE, 0.5)).isEqualTo(MAX);
    }

    @Test
    void differsByTheJitter() {
        assertThat(backoff.pause(0, 0)).isEqualTo(Duration.ofMillis(80));
        assertThat(backoff.pause(0, 1)).isEqualTo(Duration.ofMillis(120));
    }

    @Test
    void longFirstPausesDoNotOverflow() {
        Backoff long1 = new Backoff(Duration.ofDays(3), Duration.ofDays(30), 0);

        assertThat(long1.pause(30, 0.5)).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void refusesPausesAndJitterOutOfRange() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, MAX, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid first pause: PT0S. It must be above zero.");
        assertThatThrownBy(() -> new Backoff(MAX, FIRST, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid longest pause: PT0.1S. It must be at least the first one, PT1S.");
        assertThatThrownBy(() -> new Backoff(FIRST, MAX, 1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid jitter: 1.1. It must be 0 to 1.");
    }
}
