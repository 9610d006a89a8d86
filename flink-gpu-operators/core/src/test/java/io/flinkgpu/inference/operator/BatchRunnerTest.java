package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch delay and deadlines while somebody sets the wall clock. */
class BatchRunnerTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final SteppedTimers timers = new SteppedTimers();
    private final ManualModelClient client = new ManualModelClient();

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void keepsTheDelayWhenTheWallClockIsSet(int hours) throws Exception {
        BatchRunner<Integer, Integer> runner = runner(new Configuration());
        add(runner, 1);
        timers.pass(Duration.ofMillis(30));
        add(runner, 2, 3);
        timers.stepWallClock(HOUR.multipliedBy(hours));
        timers.pass(Duration.ofMillis(49));
        assertThat(client.batches()).containsExactly(List.of(1, 2));

        timers.pass(Duration.ofMillis(1));

        assertThat(client.batches()).containsExactly(List.of(1, 2), List.of(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void keepsTheDeadlineWhenTheWallClockIsSet(int hours) throws Exception {
        BatchRunner<Integer, Integer> runner =
                runner(new Configuration().set(InferenceOptions.DEADLINE, Duration.ofMillis(100)));
        add(runner, 1);
        timers.stepWallClock(HOUR.multipliedBy(hours));
        timers.pass(Duration.ofMillis(50));

        assertThat(client.call(0).deadline().leftNanos())
                .isEqualTo(Duration.ofMillis(50).toNanos());
    }

    @Test
    void waitsWithoutEndWhereTheDelayHasNone() throws Exception {
        BatchRunner<Integer, Integer> runner =
                runner(
                        new Configuration()
                                .set(
                                        InferenceOptions.MAX_BATCH_DELAY,
                                        Duration.ofMillis(Long.MAX_VALUE)));
        add(runner, 1);
        timers.pass(Duration.ofDays(10_000));
        assertThat(client.batches()).isEmpty();

        runner.flush();

        assertThat(client.batches()).containsExactly(List.of(1));
    }

    private static void add(BatchRunner<Integer, Integer> runner, int... rows) {
        for (int row : rows) {
            runner.add(new InFlightRow<>(new StreamRecord<>(row), 0, 0));
        }
    }

    private BatchRunner<Integer, Integer> runner(Configuration options) {
        if (!options.contains(InferenceOptions.MAX_BATCH_DELAY)) {
            options.set(InferenceOptions.MAX_BATCH_DELAY, Duration.ofMillis(50));
        }
        options.set(InferenceOptions.MAX_BATCH_SIZE, 2);
        InferenceSpec<Integer, Integer> spec =
                new InferenceSpec<>(
                        subtask -> client,
                        (row, writer) -> writer.ints("", row),
                        (row, answer) -> row,
                        InferenceConfig.from(options),
                        0,
                        null,
                        Map.of(),
                        new ErrorHandling<>(ErrorPolicy.always(ErrorAction.FAIL), null, null));
        InferenceMetrics metrics =
                new InferenceMetrics(
                        new MockStreamingRuntimeContext(1, 0), new UnregisteredMetricsGroup());
        SubtaskContext subtask =
                new SubtaskContext(
                        "test",
                        new TaskThread(null, timers),
                        metrics,
                        null,
                        FaultEvents.ofProcess());
        BatchEncoder<InFlightRow<Integer, Integer>> encoder =
                new BatchEncoder<>(
                        (row, writer) -> spec.encoder().encode(row.value(), writer),
                        DirectBufferPool.ofProcess());
        return new BatchRunner<>(
                spec,
                encoder,
                new BatchCalls<>(spec, client, encoder, null, subtask, null),
                subtask);
    }
}
