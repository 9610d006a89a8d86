package io.flinkgpu.benchmarks.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyStateTest {

    @Test
    void ratesRowsOfTheSteadyPartAlone() {
        Map<String, Object> accumulators =
                Map.of(
                        "bench.steadyStart",
                        -TimeUnit.SECONDS.toNanos(1),
                        "bench.steadyEnd",
                        TimeUnit.SECONDS.toNanos(3),
                        "bench.steadyRows",
                        2_000L,
                        "bench.allRows",
                        9_000L,
                        "bench.processorStart",
                        5_000L,
                        "bench.processorEnd",
                        7_000_005_000L);

        assertThat(SteadyState.rowsPerSecond(accumulators)).isEqualTo(500);
        assertThat(SteadyState.processorNanosPerRow(accumulators)).isEqualTo(3_500_000);
        assertThat(SteadyState.allRows(accumulators)).isEqualTo(9_000);
    }

    @Test
    void refusesJobThatEndedWithinTheSkippedRows() {
        Map<String, Object> accumulators =
                Map.of(
                        "bench.steadyStart",
                        Long.MAX_VALUE,
                        "bench.steadyEnd",
                        Long.MIN_VALUE,
                        "bench.steadyRows",
                        0L,
                        "bench.allRows",
                        3L);

        assertThatThrownBy(() -> SteadyState.rowsPerSecond(accumulators))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot measure the job: no subtask saw more rows than it skipped.");
    }
}
