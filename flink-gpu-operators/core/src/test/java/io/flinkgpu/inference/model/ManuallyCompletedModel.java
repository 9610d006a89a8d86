package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An echo of int32 rows whose runs end when a test says so.
 *
 * <p>Input {@code x} and output {@code y} are {@code [batch, any]}, so that nothing is run to warm
 * up. A run blocks its thread until the test completes or fails it.
 */
public final class ManuallyCompletedModel implements LoadedModel {

    private static final Shape SHAPE = Shape.of(Shape.UNKNOWN, Shape.UNKNOWN);

    private static final ModelSignature SIGNATURE =
            new ModelSignature(
                    ModelRef.DEFAULT_SIGNATURE,
                    List.of(new TensorSpec("x", DataType.INT32, SHAPE)),
                    List.of(new TensorSpec("y", DataType.INT32, SHAPE)));

    private final BlockingQueue<Run> started = new LinkedBlockingQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReference<Run> first = new AtomicReference<>();
    private volatile boolean endsRuns;
    private volatile boolean closed;
    private volatile boolean closedDuringARun;

    /** This model, which ends its first run where it is told to, and waits for the others. */
    public ManuallyCompletedModel endingItsFirstRun() {
        endsRuns = true;
        return this;
    }

    @Override
    public boolean endRuns(Duration longest) {
        if (endsRuns) {
            Run run = first.get();
            if (run != null) {
                run.fail("it was ended");
            }
        }
        return endsRuns;
    }

    @Override
    public ModelSignature signature() {
        return SIGNATURE;
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        Run run = new Run(parts.stream().map(part -> part.onlyTensor().toInts()).toList());
        running.incrementAndGet();
        first.compareAndSet(null, run);
        started.add(run);
        try {
            run.end.get();
            List<Tensor> inputs = parts.stream().map(TensorBatch::onlyTensor).toList();
            return TensorBatch.of("y", Tensor.concatenate(inputs, DirectBufferPool.ofProcess()));
        } catch (ExecutionException failure) {
            throw new ModelRunException(failure.getCause().getMessage(), failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ModelRunException("Cannot run model: interrupted.", interrupted);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public long memoryBytes() {
        return 42;
    }

    @Override
    public void close() {
        closedDuringARun |= running.get() > 0;
        closed = true;
    }

    /** The next run that started, waiting for it. */
    public Run nextRun() throws InterruptedException {
        Run run = started.poll(20, TimeUnit.SECONDS);
        assertThat(run).as("a run that started").isNotNull();
        return run;
    }

    /** Whether a run started that {@link #nextRun()} has not given yet. */
    public boolean hasStartedRun() {
        return !started.isEmpty();
    }

    public boolean isClosed() {
        return closed;
    }

    public boolean wasClosedDuringARun() {
        return closedDuringARun;
    }

    /** One run that waits for its end. */
    public static final class Run {
        private final List<int[]> parts;
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        private Run(List<int[]> parts) {
            this.parts = parts;
        }

        /** The values of each request in it. */
        public List<List<Integer>> parts() {
            return parts.stream().map(part -> Arrays.stream(part).boxed().toList()).toList();
        }

        public void complete() {
            end.complete(null);
        }

        public void fail(String message) {
            end.completeExceptionally(new IllegalStateException(message));
        }
    }
}
