package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DynamicBatcherTest {

    private final DynamicBatcher batcher = new DynamicBatcher(8);

    @Test
    void mergesWaitingRequestsUpToTheLargestBatch() throws Exception {
        InferenceRequest three = offer(3);
        InferenceRequest four = offer(4);
        InferenceRequest two = offer(2);

        assertThat(batcher.take()).containsExactly(three, four);
        assertThat(batcher.take()).containsExactly(two);
    }

    @Test
    void fillsTheLargestBatchExactly() throws Exception {
        InferenceRequest five = offer(5);
        InferenceRequest three = offer(3);

        assertThat(batcher.take()).containsExactly(five, three);
    }

    @Test
    void neverLetsASmallRequestOvertakeALargeOne() throws Exception {
        InferenceRequest five = offer(5);
        InferenceRequest six = offer(6);
        InferenceRequest one = offer(1);

        assertThat(batcher.take()).containsExactly(five);
        assertThat(batcher.take()).containsExactly(six, one);
    }

    @Test
    void runsARequestAboveTheLargestBatchAlone() throws Exception {
        InferenceRequest large = offer(20);
        InferenceRequest one = offer(1);

        assertThat(batcher.take()).containsExactly(large);
        assertThat(batcher.take()).containsExactly(one);
    }

    @Test
    void doesNotMergeRowsOfAnotherShapeTypeOrName() throws Exception {
        InferenceRequest wide = offer("x", DataType.INT32, Shape.of(1, 2));
        InferenceRequest narrow = offer("x", DataType.INT32, Shape.of(1, 1));
        InferenceRequest unsigned = offer("x", DataType.UINT32, Shape.of(1, 1));
        InferenceRequest renamed = offer("z", DataType.UINT32, Shape.of(1, 1));

        assertThat(batcher.take()).containsExactly(wide);
        assertThat(batcher.take()).containsExactly(narrow);
        assertThat(batcher.take()).containsExactly(unsigned);
        assertThat(batcher.take()).containsExactly(renamed);
    }

    @Test
    void raisesTheLargestBatchAndNeverLowersIt() throws Exception {
        batcher.allowBatchSize(10);
        batcher.allowBatchSize(2);
        InferenceRequest five = offer(5);
        InferenceRequest otherFive = offer(5);

        assertThat(batcher.take()).containsExactly(five, otherFive);
    }

    @Test
    void fillsABatchOfTheOnlySizeWhateverTheOtherLimits() throws Exception {
        batcher.fixBatchSize(8);
        batcher.limitMerging(2);
        InferenceRequest four = offer(4);
        InferenceRequest otherFour = offer(4);
        InferenceRequest one = offer(1);

        assertThat(batcher.take()).containsExactly(four, otherFour);
        assertThat(batcher.take()).containsExactly(one);
    }

    @Test
    void mergesNoFurtherThanItsLimit() throws Exception {
        batcher.limitMerging(4);
        batcher.allowBatchSize(100);
        InferenceRequest four = offer(4);
        InferenceRequest otherFour = offer(4);

        assertThat(batcher.take()).containsExactly(four);
        assertThat(batcher.take()).containsExactly(otherFour);
    }

    @Test
    void givesWithdrawnRequestsToNoDevice() throws Exception {
        InferenceRequest first = offer(1);
        InferenceRequest second = offer(1);

        assertThat(batcher.withdraw(first)).isTrue();
        assertThat(batcher.withdraw(first)).isFalse();
        assertThat(batcher.take()).containsExactly(second);
        assertThat(batcher.withdraw(second)).isFalse();
    }

    @Test
    void givesWaitingRequestsBackWhenClosedAndTakesNoMore() throws Exception {
        InferenceRequest waiting = offer(1);

        assertThat(batcher.close()).containsExactly(waiting);
        assertThat(batcher.close()).isEmpty();
        assertThat(batcher.offer(request("x", DataType.INT32, Shape.of(1, 1)))).isFalse();
        assertThat(batcher.take()).isEmpty();
        assertThat(batcher.waitingRequests()).isZero();
    }

    @Test
    void wakesADeviceThatWaits() throws Exception {
        CompletableFuture<List<InferenceRequest>> taken = takeElsewhere();

        InferenceRequest request = offer(1);

        assertThat(taken.get(20, TimeUnit.SECONDS)).containsExactly(request);
    }

    @Test
    void wakesAllDevicesWhenClosed() throws Exception {
        List<CompletableFuture<List<InferenceRequest>>> devices = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            devices.add(takeElsewhere());
        }

        batcher.close();

        for (CompletableFuture<List<InferenceRequest>> device : devices) {
            assertThat(device.get(20, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private CompletableFuture<List<InferenceRequest>> takeElsewhere() {
        CompletableFuture<List<InferenceRequest>> taken = new CompletableFuture<>();
        Thread device =
                new Thread(
                        () -> {
                            try {
                                taken.complete(batcher.take());
                            } catch (Throwable failure) {
                                taken.completeExceptionally(failure);
                            }
                        });
        device.setDaemon(true);
        device.start();
        return taken;
    }

    private InferenceRequest offer(int rows) {
        return offer("x", DataType.INT32, Shape.of(rows, 1));
    }

    private InferenceRequest offer(String name, DataType dataType, Shape shape) {
        InferenceRequest request = request(name, dataType, shape);
        assertThat(batcher.offer(request)).isTrue();
        return request;
    }

    private static InferenceRequest request(String name, DataType dataType, Shape shape) {
        return new InferenceRequest(
                TensorBatch.of(name, Tensor.zeros(dataType, shape)),
                Deadline.none(),
                Deadline.none(),
                Merging.ALLOWED,
                System::nanoTime);
    }
}
