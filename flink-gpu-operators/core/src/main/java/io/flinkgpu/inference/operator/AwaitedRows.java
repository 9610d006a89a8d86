package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.annotation.Nullable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The rows that a {@link RowInference} has taken, from their arrival until those who wait for them
 * have heard.
 *
 * <p>It drives the operator's parts as the operator does, but a row leaves as soon as it is
 * completed. Once it has ended, by a failure that concerns every row or by {@link #close()}, no row
 * is left and none is taken. Its subtask's thread only, except {@link #whyOver()}.
 */
final class AwaitedRows<IN, OUT>
        implements BatchCalls.Listener<IN, OUT>, BatchCalls.Failures<IN, OUT>, RowsInFlight {

    private final SubtaskContext subtask;
    private final FailedRowHandler<IN, OUT> failures;
    private final BatchCalls<IN, OUT> calls;
    private final BatchRunner<IN, OUT> runner;
    private final RowAdmission<IN, OUT> admission;
    private final Watchdog watchdog;
    private final Map<InFlightRow<IN, OUT>, BiConsumer<? super OUT, ? super Throwable>> waiting =
            new LinkedHashMap<>();
    private long rowsSoFar;
    @Nullable private volatile InferenceException over;

    /**
     * No rows yet.
     *
     * @param spec whose capacity is what the caller has in flight at most, or less
     * @param client which it owns
     */
    AwaitedRows(InferenceSpec<IN, OUT> spec, ModelClient client, SubtaskContext subtask) {
        this.subtask = subtask;
        this.failures = new FailedRowHandler<>(spec.errors(), subtask);
        BatchEncoder<InFlightRow<IN, OUT>> encoder =
                new BatchEncoder<>(
                        (row, writer) -> spec.encoder().encode(row.value(), writer),
                        DirectBufferPool.ofProcess());
        this.calls = new BatchCalls<>(spec, client, encoder, this, subtask, this);
        this.runner = new BatchRunner<>(spec, encoder, calls, subtask);
        this.admission = new RowAdmission<>(spec.config(), this, runner, calls, () -> 0);
        this.watchdog =
                new Watchdog(
                        spec.config().limits().watchdogTimeout(),
                        client,
                        calls,
                        () -> true,
                        subtask);
        subtask.metrics().show(client.gauges());
        subtask.metrics().showLoad(this::rows, calls::inFlight, calls::inputBytes);
        subtask.metrics().showMaxBatchSize(calls::maxBatchSize);
    }

    /** Watches the model and the answers from here on. */
    void begin() {
        calls.watchModel();
        watchdog.start();
    }

    /**
     * Takes a row.
     *
     * @param whenDone called once with the answer or with a failure; must not throw
     */
    void take(IN value, BiConsumer<? super OUT, ? super Throwable> whenDone) {
        if (over != null) {
            whenDone.accept(null, over);
            return;
        }
        InFlightRow<IN, OUT> row =
                new InFlightRow<>(
                        new StreamRecord<>(value), rowsSoFar++, subtask.thread().currentMillis());
        // INVARIANT: who waits for a row is known here before anything may complete it.
        waiting.put(row, whenDone);
        admission.add(row);
    }

    /** Tells the client who is in its pools. */
    void membersChanged(MembersChanged event) {
        if (over == null) {
            calls.membersChanged(event);
        }
    }

    @Override
    public int rows() {
        return waiting.size();
    }

    /** None: a row leaves when it is completed. */
    @Override
    public boolean hasCompleted() {
        return false;
    }

    @Override
    public void rowAnswered(InFlightRow<IN, OUT> row, TensorRow answer) {}

    @Override
    public void rowCompleted(InFlightRow<IN, OUT> row) {
        BiConsumer<? super OUT, ? super Throwable> whenDone = waiting.remove(row);
        if (row.hasFailed()) {
            whenDone.accept(null, exception(row));
        } else {
            subtask.metrics().rowEmitted();
            whenDone.accept(row.result(), null);
        }
    }

    @Override
    public void batchCompleted() {
        watchdog.progressed();
        admission.admit();
    }

    /** A failure that would end a job is the row's alone. */
    @Override
    public void fail(InFlightRow<IN, OUT> row, ErrorClass errorClass, Throwable failure) {
        try {
            failures.fail(row, errorClass, failure);
        } catch (InferenceException ofRow) {
            subtask.metrics().rowFailed();
            row.fail(
                    new InFlightRow.Failure(
                            errorClass, ofRow, "", subtask.thread().currentMillis()));
        }
    }

    /** Fails all rows for something that concerns every one; the first time counts. */
    void end(Throwable failure) {
        if (over != null) {
            return;
        }
        InferenceException reason =
                failure instanceof InferenceException own
                        ? own
                        : new InferenceException(
                                "Cannot infer rows: " + failure.getMessage(), failure);
        over = reason;
        letGo(reason);
        List<BiConsumer<? super OUT, ? super Throwable>> left = new ArrayList<>(waiting.values());
        waiting.clear();
        left.forEach(whenDone -> whenDone.accept(null, reason));
    }

    /** INVARIANT: those who wait hear of the reason, whatever else fails. */
    private void letGo(InferenceException reason) {
        close(runner::close, reason);
        close(calls::close, reason);
    }

    private static void close(Runnable part, InferenceException reason) {
        try {
            part.run();
        } catch (Throwable second) {
            reason.addSuppressed(second);
        }
    }

    /** Fails what is left. */
    void close() {
        end(closed());
    }

    /** Why no row is taken any more; any thread. */
    InferenceException whyOver() {
        InferenceException reason = over;
        return reason == null ? closed() : reason;
    }

    private static InferenceException closed() {
        return new InferenceException("Cannot infer row: its inference was closed.", null);
    }

    private static RuntimeException exception(InFlightRow<?, ?> row) {
        InFlightRow.Failure failure = row.failure();
        return failure.cause() instanceof InferenceException ofEveryRow
                ? ofEveryRow
                : new RowFailedException(failure.errorClass(), row.attempts(), failure.cause());
    }
}
