package io.flinkgpu.inference.fault;

import static io.flinkgpu.inference.fault.StallPolicy.Measure.ABANDON;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.FAIL;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.NONE;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallPolicyTest {

    private final StallPolicy policy = new StallPolicy(Duration.ofMillis(100));

    @Test
    void takesEachMeasureOnceInTurn() {
        assertThat(waited(99)).isEqualTo(NONE);
        assertThat(waited(1)).isEqualTo(WARN);
        assertThat(waited(99)).isEqualTo(NONE);
        assertThat(waited(1)).isEqualTo(ABANDON);
        assertThat(waited(100)).isEqualTo(FAIL);
        assertThat(waited(700)).isEqualTo(NONE);
    }

    @Test
    void aLateLookTakesTheMildestMeasureThatIsLeft() {
        assertThat(waited(1000)).isEqualTo(WARN);
    }

    @Test
    void startsAnewAfterProgress() {
        waited(150);
        policy.progressed();

        assertThat(waited(99)).isEqualTo(NONE);
        assertThat(policy.stalledFor()).isEqualTo(Duration.ofMillis(99));
        assertThat(waited(1)).isEqualTo(WARN);
    }

    private StallPolicy.Measure waited(long millis) {
        return policy.waited(Duration.ofMillis(millis));
    }
}
