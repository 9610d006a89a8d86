package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** No request is lost, doubled or overtaken, and no device batch is too large. */
class DynamicBatcherPropertyTest {

    @Property(tries = 500)
    void deviceBatchesJoinedAreTheRequests(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 12) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 16) int maxBatchSize,
            @ForAll Random random)
            throws Exception {
        DynamicBatcher batcher = new DynamicBatcher(maxBatchSize);
        List<InferenceRequest> expected = new ArrayList<>();
        List<List<InferenceRequest>> batches = new ArrayList<>();

        for (int size : sizes) {
            InferenceRequest request = request(size, 1 + random.nextInt(2));
            batcher.offer(request);
            expected.add(request);
            if (random.nextInt(4) == 0) {
                batches.add(batcher.take());
            } else if (random.nextInt(8) == 0) {
                boolean withdrawn = batcher.withdraw(request);
                assertThat(withdrawn).isTrue();
                expected.remove(request);
            }
            if (batcher.waitingRequests() > 0 && random.nextInt(3) == 0) {
                batches.add(batcher.take());
            }
        }
        while (batcher.waitingRequests() > 0) {
            batches.add(batcher.take());
        }

        assertThat(batches.stream().flatMap(List::stream).toList()).isEqualTo(expected);
        batches.forEach(batch -> assertIsOneDeviceBatch(batch, maxBatchSize));
    }

    @Property(tries = 20)
    void manyProducersAndDevicesLoseAndDoubleNothing(
            @ForAll @IntRange(min = 1, max = 16) int maxBatchSize,
            @ForAll @IntRange(min = 1, max = 3) int devices,
            @ForAll Random random)
            throws Exception {
        DynamicBatcher batcher = new DynamicBatcher(maxBatchSize);
        ConcurrentLinkedQueue<List<InferenceRequest>> batches = new ConcurrentLinkedQueue<>();
        ExecutorService executor = Executors.newCachedThreadPool();
        List<List<InferenceRequest>> offered = new ArrayList<>();
        try {
            List<Future<?>> workers = new ArrayList<>();
            List<Future<?>> producers = new ArrayList<>();
            for (int i = 0; i < devices; i++) {
                workers.add(executor.submit(() -> takeUntilClosed(batcher, batches)));
            }
            for (int i = 0; i < 4; i++) {
                List<InferenceRequest> requests = new ArrayList<>();
                for (int j = 0; j < 100; j++) {
                    requests.add(request(1 + random.nextInt(6), 1 + random.nextInt(2)));
                }
                offered.add(requests);
                producers.add(executor.submit(() -> requests.forEach(batcher::offer)));
            }
            await(producers);
            List<InferenceRequest> left = batcher.close();
            await(workers);
            if (!left.isEmpty()) {
                left.forEach(request -> batches.add(List.of(request)));
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(batches.stream().flatMap(List::stream).toList())
                .containsExactlyInAnyOrderElementsOf(
                        offered.stream().flatMap(List::stream).toList());
        batches.forEach(batch -> assertIsOneDeviceBatch(batch, maxBatchSize));
    }

    private static void assertIsOneDeviceBatch(List<InferenceRequest> batch, int maxBatchSize) {
        int rows = batch.stream().mapToInt(InferenceRequest::rows).sum();
        Set<Shape> rowShapes =
                batch.stream()
                        .map(request -> request.batch().onlyTensor().shape().withoutLeadingAxis())
                        .collect(Collectors.toSet());
        assertThat(batch).isNotEmpty();
        assertThat(rowShapes).hasSize(1);
        assertThat(rows <= maxBatchSize || batch.size() == 1)
                .as("%d rows of at most %d", rows, maxBatchSize)
                .isTrue();
    }

    private static Void takeUntilClosed(
            DynamicBatcher batcher, ConcurrentLinkedQueue<List<InferenceRequest>> batches)
            throws InterruptedException {
        for (List<InferenceRequest> batch = batcher.take();
                !batch.isEmpty();
                batch = batcher.take()) {
            batches.add(batch);
        }
        return null;
    }

    private static void await(List<Future<?>> futures) throws Exception {
        for (Future<?> future : futures) {
            future.get(60, TimeUnit.SECONDS);
        }
    }

    private static InferenceRequest request(int rows, int width) {
        return new InferenceRequest(
                TensorBatch.of("x", Tensor.zeros(DataType.UINT8, Shape.of(rows, width))),
                Deadline.none(),
                Deadline.none(),
                Merging.ALLOWED,
                System::nanoTime);
    }
}
