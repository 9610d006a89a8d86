package io.flinkgpu.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchMeterTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ModelHost host = new ModelHost(List.of(new SimulatedRuntime()), timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void measuresPowersOfTwo() throws Exception {
        SimulatedModel model =
                pairs().taking(Duration.ofMillis(2), Duration.ofMillis(1)); // 3, 4, 6, 10 ms

        List<BatchTiming> timings = measure(model, 8);

        assertThat(timings).extracting(BatchTiming::rows).containsExactly(1, 2, 4, 8);
        assertThat(timings)
                .allSatisfy(
                        timing -> {
                            Duration least = Duration.ofMillis(2L + timing.rows());
                            assertThat(timing.runs()).isGreaterThanOrEqualTo(5);
                            assertThat(timing.median()).isGreaterThanOrEqualTo(least);
                            assertThat(timing.p95()).isGreaterThanOrEqualTo(timing.median());
                            assertThat(timing.rowsPerSecond())
                                    .isPositive()
                                    .isLessThanOrEqualTo(1000.0 * timing.rows() / least.toMillis());
                        });
    }

    @Test
    void refusesAModelWithoutARowOfZeros() {
        assertThatThrownBy(() -> measure(SimulatedModel.named("open"), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot measure signature 'serving_default': it takes");
    }

    @Test
    void saysAtWhichSizeARunFails() {
        // the first two warm up
        assertThatThrownBy(() -> measure(pairs().failingRuns(3), 8))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot measure batches of 1 rows: ");
    }

    private static SimulatedModel pairs() {
        return SimulatedModel.named("pairs").ofRows(DataType.FLOAT32, Shape.of(2));
    }

    private List<BatchTiming> measure(SimulatedModel model, int mostRows) throws Exception {
        ModelUse use = new ModelUse(mostRows, 1, Duration.ZERO);
        try (ModelClient client = host.acquire(model.ref(), ModelDevice.cpu(), use)) {
            return new BatchMeter(client, client.ready().get().signature(), Duration.ZERO)
                    .measure(mostRows);
        }
    }
}
