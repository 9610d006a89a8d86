package io.flinkgpu.inference.fault;

import static io.flinkgpu.inference.fault.StallPolicy.Measure.ABANDON;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.FAIL;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.NONE;
import static io.flinkgpu.inference.fault.StallPolicy.Measure.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallPolicyTest {

    private final StallPolicy policy = new StallPolicy(Duration.ofMillis(100), 0);

    @Test
    void takesEachMeasureOnceInTurn() {
        assertThat(policy.check(99)).isEqualTo(NONE);
        assertThat(policy.check(100)).isEqualTo(WARN);
        assertThat(policy.check(199)).isEqualTo(NONE);
        assertThat(policy.check(200)).isEqualTo(ABANDON);
        assertThat(policy.check(300)).isEqualTo(FAIL);
        assertThat(policy.check(1000)).isEqualTo(NONE);
    }

    @Test
    void aLateLookTakesTheMildestMeasureThatIsLeft() {
        assertThat(policy.check(1000)).isEqualTo(WARN);
    }

    @Test
    void startsAnewAfterProgress() {
        policy.check(100);
        policy.progressed(150);

        assertThat(policy.check(249)).isEqualTo(NONE);
        assertThat(policy.stalledFor(249)).isEqualTo(Duration.ofMillis(99));
        assertThat(policy.check(250)).isEqualTo(WARN);
    }
}
