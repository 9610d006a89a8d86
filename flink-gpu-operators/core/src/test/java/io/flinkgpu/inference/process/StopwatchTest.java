package io.flinkgpu.inference.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopwatchTest {

    private long now = Long.MAX_VALUE - 1;

    @Test
    void tellsTheTimeSinceItsStartAlsoWhenTheClockOverflows() {
        Stopwatch watch = Stopwatch.start(() -> now);

        now += 5;

        assertThat(watch.nanos()).isEqualTo(5);
        assertThat(watch.time()).isEqualTo(Duration.ofNanos(5));
    }

    @Test
    void hasReachedATimeThatHasPassed() {
        Stopwatch watch = Stopwatch.start(() -> now);

        now += 5;

        assertThat(watch.hasReached(Duration.ofNanos(5))).isTrue();
        assertThat(watch.hasReached(Duration.ofNanos(6))).isFalse();
    }
}
