package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final Admission admission = new Admission(10);

    @Test
    void admitsUpToItsBound() {
        assertThat(admission.admits(4, 6)).isTrue();
        assertThat(admission.admits(4, 7)).isFalse();
        assertThat(admission.admits(1, Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void admitsALargerRequestWhereNothingWaits() {
        assertThat(admission.admits(0, 11)).isTrue();
    }

    @Test
    void pushesBackForAsLongAsThoseThatWaitTake() {
        admission.ran(10, Duration.ofMillis(50).toNanos());

        assertThat(admission.pushback(20)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void pushesBackByOneMillisecondToTenSeconds() {
        assertThat(admission.pushback(1000)).isEqualTo(Duration.ofMillis(1));

        admission.ran(1, Duration.ofSeconds(60).toNanos());

        assertThat(admission.pushback(1000)).isEqualTo(Duration.ofSeconds(10));
    }
}
