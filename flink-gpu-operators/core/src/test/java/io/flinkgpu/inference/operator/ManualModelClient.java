package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.ExceptionUtils;

/** An echo model whose answers a test gives by hand, in any order. */
final class ManualModelClient implements ModelClient {

    private final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();
    private final List<Call> calls = new ArrayList<>();
    private boolean answersAtOnce;
    private boolean closed;
    private Throwable closeFailure;
    private String waitsFor;
    private boolean loadsElsewhere;
    private int moves;
    private Optional<String> version = Optional.of("3");
    private String files = "manual";

    ManualModelClient answeringAtOnce() {
        answersAtOnce = true;
        return this;
    }

    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    @Override
    public Optional<ModelIdentity> identity() {
        return version.map(known -> new ModelIdentity(files, known));
    }

    @Override
    public CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
        Call call = new Call(batch, deadline, version.orElse("3"));
        calls.add(call);
        if (answersAtOnce) {
            call.answer();
        }
        return call.future;
    }

    @Override
    public CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline) {
        CompletableFuture<InferenceResult> future = infer(batch, deadline);
        calls.get(calls.size() - 1).alone = true;
        return future;
    }

    @Override
    public boolean isLoading() {
        return loadsElsewhere || !ready.isDone();
    }

    @Override
    public Optional<String> waitsFor() {
        return Optional.ofNullable(waitsFor);
    }

    @Override
    public void moveOn(String reason) {
        moves++;
    }

    @Override
    public void close() {
        closed = true;
        if (closeFailure != null) {
            ExceptionUtils.rethrow(closeFailure);
        }
    }

    void failToClose(Throwable cause) {
        closeFailure = cause;
    }

    void waitFor(String what) {
        waitsFor = what;
    }

    /** Loads its model once more in another place, or has loaded it. */
    void loadElsewhere(boolean loads) {
        loadsElsewhere = loads;
    }

    /** What is asked from here on is answered by another version. */
    void becomeVersion(String next) {
        version = Optional.of(next);
    }

    /** The files of its version are replaced. */
    void becomeFiles(String next) {
        files = next;
    }

    /** It is not known yet which version will answer. */
    void forgetVersion() {
        version = Optional.empty();
    }

    /** How often it was told to ask something else. */
    int moves() {
        return moves;
    }

    boolean isClosed() {
        return closed;
    }

    void becomeReady() {
        becomeReady(new ModelSignature(ModelRef.DEFAULT_SIGNATURE, List.of(), List.of()));
    }

    void becomeReady(ModelSignature signature) {
        ready.complete(new ModelReadiness(signature, Duration.ofMillis(7), 1));
    }

    void failToLoad(Throwable cause) {
        ready.completeExceptionally(cause);
    }

    int callCount() {
        return calls.size();
    }

    Call call(int index) {
        return calls.get(index);
    }

    List<Call> unanswered() {
        return calls.stream().filter(call -> !call.isAnswered()).toList();
    }

    /** The values of each batch that was sent. */
    List<List<Integer>> batches() {
        return calls.stream().map(Call::values).toList();
    }

    /** One batch, answered or not. */
    static final class Call {
        private final TensorBatch batch;
        private final Deadline deadline;
        private final String version;
        private final List<Integer> values = new ArrayList<>();
        private final CompletableFuture<InferenceResult> future = new CompletableFuture<>();

        private boolean alone;

        private Call(TensorBatch batch, Deadline deadline, String version) {
            this.deadline = deadline;
            this.version = version;
            this.batch = batch;
            for (int value : batch.onlyTensor().toInts()) {
                values.add(value);
            }
        }

        List<Integer> values() {
            return values;
        }

        /** Whether it was to run in a device batch of its own. */
        boolean isAlone() {
            return alone;
        }

        Deadline deadline() {
            return deadline;
        }

        boolean isAnswered() {
            return future.isDone();
        }

        void answer() {
            Tensor echo =
                    Tensor.concatenate(List.of(batch.onlyTensor()), DirectBufferPool.ofProcess());
            batch.close();
            future.complete(
                    new InferenceResult(
                            TensorBatch.of("output", echo), 1_000, 2_000, values.size(), version));
        }

        void fail(Throwable cause) {
            batch.close();
            future.completeExceptionally(cause);
        }
    }
}
