package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An echo of a model's first input that remembers the sizes of its runs. */
final class TestingModel implements LoadedModel {
    private volatile ErrorClass failsAs = ErrorClass.UNKNOWN;

    private volatile ModelSignature signature;
    private final List<Integer> runSizes = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile int mostRowsWithAnswers = Integer.MAX_VALUE;
    private volatile Runnable duringRun = () -> {};
    private volatile ModelSignature learned;
    private volatile int runsAtOnce = 1;
    private volatile boolean closed;
    private volatile boolean misused;

    TestingModel(TensorSpec... inputs) {
        this.signature = new ModelSignature(ModelRef.DEFAULT_SIGNATURE, List.of(inputs), List.of());
    }

    /** Calls {@code action} in every run; what it throws is what the run fails with. */
    TestingModel doing(Runnable action) {
        duringRun = action;
        return this;
    }

    /** This model, whose failures are of that class. */
    TestingModel failingAs(ErrorClass errorClass) {
        failsAs = errorClass;
        return this;
    }

    /** This model, whose signature is open until its next run, and this one afterwards. */
    TestingModel learningItsSignature() {
        learned = signature;
        signature = ModelSignature.open(signature.name());
        return this;
    }

    /** This model, which gains from so many runs at once. */
    TestingModel ofRunsAtOnce(int runs) {
        runsAtOnce = runs;
        return this;
    }

    /** This model, whose output has the batch axis for single rows alone. */
    TestingModel ofOneRowAlone() {
        mostRowsWithAnswers = 1;
        return this;
    }

    /** This model, whose output never has the batch axis. */
    TestingModel ofNoRow() {
        mostRowsWithAnswers = 0;
        return this;
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        running.incrementAndGet();
        misused |= closed;
        try {
            int rows = parts.stream().mapToInt(TensorBatch::rows).sum();
            runSizes.add(rows);
            duringRun.run();
            signature = learned == null ? signature : learned;
            if (rows > mostRowsWithAnswers) {
                throw new OutputShapeException("testing model", "y", Shape.of(7), rows);
            }
            String input = signature.inputs().get(0).name();
            List<Tensor> inputs = parts.stream().map(part -> part.tensor(input)).toList();
            return TensorBatch.of("y", Tensor.concatenate(inputs, DirectBufferPool.ofProcess()));
        } catch (RuntimeException failure) {
            throw new ModelRunException(failure.getMessage(), failure).classified(failsAs);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public int runsAtOnce() {
        return runsAtOnce;
    }

    @Override
    public long memoryBytes() {
        return 42;
    }

    @Override
    public void close() {
        misused |= closed || running.get() > 0;
        closed = true;
    }

    List<Integer> runSizes() {
        return runSizes;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether it was closed twice or during a run, or ran after it was closed. */
    boolean wasMisused() {
        return misused;
    }
}
