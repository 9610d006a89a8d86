package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.util.MockStreamingRuntimeContext;
import org.junit.jupiter.api.Test;

class InferenceMetricsTest {

    private final CollectingGroup group = new CollectingGroup();
    private final MockStreamingRuntimeContext context = new MockStreamingRuntimeContext(1, 0);
    private final InferenceMetrics metrics = new InferenceMetrics(context, group);

    @Test
    void countsRowsAndBatches() {
        metrics.rowTaken();
        metrics.rowTaken();
        metrics.rowEmitted();
        metrics.rowFailed();
        metrics.batchSent(8, 32, 5);
        metrics.batchSent(16, 32, 7);

        assertThat(count("rowsIn")).isEqualTo(2);
        assertThat(count("rowsOut")).isEqualTo(1);
        assertThat(count("rowsFailed")).isEqualTo(1);
        assertThat(count("batches")).isEqualTo(2);
        assertThat(mean("batchSize")).isEqualTo(12);
        assertThat(mean("batchFillPercent")).isEqualTo(37.5);
        assertThat(mean("batchWaitMillis")).isEqualTo(6);
        assertThat(context.getAccumulator("inference.batches").getLocalValue()).isEqualTo(2L);
        assertThat(context.getAccumulator("inference.batchedRows").getLocalValue()).isEqualTo(24L);
    }

    @Test
    void showsHowAnswersFared() {
        TensorBatch outputs = TensorBatch.of("y", Tensor.ofFloats(Shape.of(1, 1), 1));

        metrics.batchAnswered(new InferenceResult(outputs, 3_000, 5_000, 20));

        assertThat(mean("queueMicros")).isEqualTo(3);
        assertThat(mean("runMicros")).isEqualTo(5);
        assertThat(mean("deviceBatchSize")).isEqualTo(20);
    }

    @Test
    void showsTheModelOnceItIsReady() {
        assertThat(gauge("modelLoadMillis")).isEqualTo(-1L);

        metrics.modelReady(
                new ModelReadiness(
                        new ModelSignature("serving_default", List.of(), List.of()),
                        Duration.ofMillis(1_500),
                        42));

        assertThat(gauge("modelLoadMillis")).isEqualTo(1_500L);
        assertThat(gauge("modelBytes")).isEqualTo(42L);
    }

    @Test
    void showsItsLoad() {
        metrics.showLoad(() -> 7, () -> 2, () -> 40);

        assertThat(gauge("rowsInFlight")).isEqualTo(7);
        assertThat(gauge("batchesInFlight")).isEqualTo(2);
        assertThat(gauge("bytesInFlight")).isEqualTo(40L);
    }

    @Test
    void showsTheMostRowsOfTheNextBatch() {
        metrics.showMaxBatchSize(() -> 64);

        assertThat(gauge("maxBatchSize")).isEqualTo(64);
    }

    @Test
    void batchIsFullThatWasOpenWhenTheSizeBecameSmaller() {
        metrics.batchSent(16, 8, 1);

        assertThat(mean("batchFillPercent")).isEqualTo(100);
    }

    private long count(String name) {
        return ((Counter) group.metrics.get(name)).getCount();
    }

    private double mean(String name) {
        return ((Histogram) group.metrics.get(name)).getStatistics().getMean();
    }

    private Object gauge(String name) {
        return ((Gauge<?>) group.metrics.get(name)).getValue();
    }

    /** Keeps what is registered in it and in its sub-groups. */
    private static final class CollectingGroup extends UnregisteredMetricsGroup {
        private final Map<String, Metric> metrics = new TreeMap<>();

        @Override
        public CollectingGroup addGroup(String name) {
            return this;
        }

        @Override
        public Counter counter(String name) {
            Counter counter = super.counter(name);
            metrics.put(name, counter);
            return counter;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            metrics.put(name, gauge);
            return gauge;
        }

        @Override
        public <H extends Histogram> H histogram(String name, H histogram) {
            metrics.put(name, histogram);
            return histogram;
        }
    }
}
