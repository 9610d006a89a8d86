package io.flinkgpu.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchAdviceTest {

    private static final List<BatchTiming> TIMINGS =
            List.of(
                    timing(1, 2, 500),
                    timing(8, 5, 1_600),
                    timing(64, 20, 3_100),
                    timing(256, 80, 3_200));

    @Test
    void takesTheSmallestBatchThatGivesNearlyAll() {
        assertThat(BatchAdvice.of(TIMINGS, null, null).rows()).isEqualTo(64);
    }

    @Test
    void staysWithinALatency() {
        assertThat(BatchAdvice.of(TIMINGS, Duration.ofMillis(10), null).rows()).isEqualTo(8);
        assertThat(BatchAdvice.of(TIMINGS, Duration.ofMillis(20), null).rows()).isEqualTo(64);
    }

    @Test
    void takesTheSmallestBatchThatGivesEnough() {
        assertThat(BatchAdvice.of(TIMINGS, null, 1_000d).rows()).isEqualTo(8);
        assertThat(BatchAdvice.of(TIMINGS, Duration.ofMillis(50), 400d).rows()).isEqualTo(1);
    }

    @Test
    void saysWhatNoBatchCan() {
        assertThat(BatchAdvice.of(TIMINGS, Duration.ofMillis(1), null))
                .isEqualTo(
                        new BatchAdvice(
                                0, "no batch answers within 1.0 ms; one of 1 rows takes 2.0 ms"));
        assertThat(BatchAdvice.of(TIMINGS, Duration.ofMillis(10), 2_000d))
                .isEqualTo(
                        new BatchAdvice(
                                0, "no batch gives 2,000 rows/s; one of 8 rows gives 1,600"));
    }

    private static BatchTiming timing(int rows, int p95Millis, double rowsPerSecond) {
        Duration p95 = Duration.ofMillis(p95Millis);
        return new BatchTiming(rows, 10, p95, p95, rowsPerSecond);
    }
}
