package io.flinkgpu.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollTest {

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void looksUntilTheConditionHolds() throws Exception {
        boolean holds =
                Poll.until(
                        Duration.ofMinutes(1),
                        Duration.ofMillis(1),
                        () -> looks.incrementAndGet() == 3);

        assertThat(holds).isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void looksOnceWhereThereIsNoTime() throws Exception {
        boolean holds =
                Poll.until(
                        Duration.ZERO, Duration.ofMinutes(1), () -> looks.incrementAndGet() == 2);

        assertThat(holds).isFalse();
        assertThat(looks).hasValue(1);
    }
}
