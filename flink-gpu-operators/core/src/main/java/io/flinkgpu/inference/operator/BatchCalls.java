package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.batching.AdaptiveBatchSize;
import io.flinkgpu.inference.batching.BadRowSearch;
import io.flinkgpu.inference.batching.Batch;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.process.Causes;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/**
 * The batches that a model has been asked for, from the call to the completion of their rows.
 *
 * <p>What is done about a batch that fails is said by {@link BatchRetryPolicy}: it is sent again,
 * or searched for its bad rows by sending parts of it until these stand alone, and the others have
 * their results. What becomes of a row that fails is up to {@link Failures}. How many rows the next
 * batch may have is up to an {@link AdaptiveBatchSize}, which hears how the batches fare. Subtask's
 * thread only.
 */
final class BatchCalls<IN, OUT> {

    /** Hears of rows that have a result or a failure. */
    interface Listener<IN, OUT> {

        /**
         * A row of the batch at hand has been completed with the model's answer, which is valid
         * during the call only; {@link #rowCompleted} follows.
         */
        void rowAnswered(InFlightRow<IN, OUT> row, TensorRow answer);

        /** A row of the batch at hand has been completed. */
        void rowCompleted(InFlightRow<IN, OUT> row);

        /** All rows of the batch at hand have been completed. */
        void batchCompleted();
    }

    /** Completes rows that are given up. */
    interface Failures<IN, OUT> {

        /**
         * Completes a row.
         *
         * @throws InferenceException if the failure is to end the subtask
         */
        void fail(InFlightRow<IN, OUT> row, ErrorClass errorClass, Throwable failure);
    }

    private final ModelClient client;
    private final BatchEncoder<InFlightRow<IN, OUT>> encoder;
    private final AnswerDecoder<IN, OUT> decoder;
    private final Failures<IN, OUT> failures;
    private final BatchRetryPolicy retries;
    private final AdaptiveBatchSize batchSize;
    private final SubtaskContext subtask;
    private final Listener<IN, OUT> listener;
    private final Set<Call<IN, OUT>> calls = new LinkedHashSet<>();
    private long inputBytes;
    private int mostRows = Integer.MAX_VALUE;
    private boolean closed;

    /** A batch and the answer that it waits for; compared by identity. */
    private static final class Call<IN, OUT> {
        private final Batch<InFlightRow<IN, OUT>> batch;
        private final long inputBytes;
        private final Stopwatch roundTrip;
        // null while it pauses before it is sent again
        @Nullable private CompletableFuture<InferenceResult> answer;

        private Call(Batch<InFlightRow<IN, OUT>> batch, long inputBytes, Stopwatch roundTrip) {
            this.batch = batch;
            this.inputBytes = inputBytes;
            this.roundTrip = roundTrip;
        }
    }

    BatchCalls(
            InferenceSpec<IN, OUT> spec,
            ModelClient client,
            BatchEncoder<InFlightRow<IN, OUT>> encoder,
            Failures<IN, OUT> failures,
            SubtaskContext subtask,
            Listener<IN, OUT> listener) {
        this.client = client;
        this.encoder = encoder;
        this.decoder = new AnswerDecoder<>(spec.decoder());
        this.failures = failures;
        this.retries = new BatchRetryPolicy(spec.config().limits().maxAttempts());
        this.batchSize = batchSize(spec.config(), subtask);
        this.subtask = subtask;
        this.listener = listener;
    }

    private static AdaptiveBatchSize batchSize(InferenceConfig config, SubtaskContext subtask) {
        return new AdaptiveBatchSize(
                config.maxBatchSize(),
                config.adaptiveMaxBatchSize(),
                config.longestCall(),
                subtask.nanoClock());
    }

    /** Asks the model for a batch, which the client owns from here on. */
    void send(Batch<InFlightRow<IN, OUT>> batch, TensorBatch inputs) {
        Call<IN, OUT> call = remember(batch, inputs.byteSize());
        call.answer =
                batch.isAlone()
                        ? client.inferAlone(inputs, batch.deadline())
                        : client.infer(inputs, batch.deadline());
        CompletableFuture<?> unused =
                call.answer.whenComplete((result, failure) -> answered(call, result, failure));
    }

    private Call<IN, OUT> remember(Batch<InFlightRow<IN, OUT>> batch, long bytes) {
        Call<IN, OUT> call = new Call<>(batch, bytes, Stopwatch.start(subtask.nanoClock()));
        calls.add(call);
        inputBytes += bytes;
        return call;
    }

    /**
     * The most rows of the next batch: as many as it should have, and as one answer holds as far as
     * the model has said.
     */
    int maxBatchSize() {
        return Math.min(batchSize.rows(), mostRows);
    }

    int inFlight() {
        return calls.size();
    }

    /** How many rows wait for an answer. */
    int rowsInFlight() {
        return calls.stream().mapToInt(call -> call.batch.size()).sum();
    }

    /** The call that has waited longest for its answer, compared by identity; null: none. */
    @Nullable
    Object oldest() {
        return oldestCall().orElse(null);
    }

    /** How many rows have waited longest. */
    int rowsOfOldest() {
        return oldestCall().map(call -> call.batch.size()).orElse(0);
    }

    /** One that pauses waits for nobody. */
    private Optional<Call<IN, OUT>> oldestCall() {
        return calls.stream().filter(call -> call.answer != null).findFirst();
    }

    /** The encoded bytes that wait for an answer. */
    long inputBytes() {
        return inputBytes;
    }

    /** A row that could not even be encoded. */
    void failUnsent(InFlightRow<IN, OUT> row, Exception failure) {
        failures.fail(row, ErrorClass.DATA, failure);
        listener.rowCompleted(row);
        listener.batchCompleted();
    }

    /** Gives up all that is asked for and asks again, elsewhere if the client can. */
    void moveOn(String reason) {
        List<Call<IN, OUT>> stuck = calls.stream().filter(call -> call.answer != null).toList();
        stuck.forEach(this::forget);
        client.moveOn(reason);
        for (Call<IN, OUT> call : stuck) {
            call.answer.cancel(false);
            sendAgain(call.batch, reason);
        }
    }

    /** Fails the task as soon as the model turns out unusable, also while no row comes. */
    void watchModel() {
        CompletableFuture<?> unused =
                client.ready()
                        .whenComplete(
                                (readiness, failure) ->
                                        subtask.thread()
                                                .execute(
                                                        () -> modelSettled(readiness, failure),
                                                        "note model readiness"));
    }

    /** Tells the client who is in its pools, if it has any. */
    void membersChanged(MembersChanged event) {
        if (client instanceof MembershipListener pools) {
            pools.membersChanged(event);
        }
    }

    /** Closes the client; late answers are dropped from here on. */
    void close() {
        closed = true;
        client.close();
    }

    private void modelSettled(ModelReadiness readiness, Throwable failure) {
        if (closed) {
            return;
        }
        if (readiness == null) {
            Throwable cause = Causes.unwrapped(failure);
            throw new InferenceException(cause.getMessage(), cause);
        }
        mostRows = readiness.signature().mostRowsOfOneShape().orElse(Integer.MAX_VALUE);
        subtask.metrics().modelReady(readiness);
    }

    /** Any thread. */
    private void answered(Call<IN, OUT> call, InferenceResult result, Throwable failure) {
        boolean taken =
                subtask.thread()
                        .execute(() -> complete(call, result, failure), "complete inferred batch");
        if (!taken && result != null) {
            result.outputs().close();
        }
    }

    private void complete(Call<IN, OUT> call, InferenceResult result, Throwable failure) {
        boolean awaited = forget(call) && !closed;
        if (result == null) {
            if (awaited) {
                failed(call, Causes.unwrapped(failure));
            }
            return;
        }
        try (TensorBatch outputs = result.outputs()) {
            if (awaited) {
                subtask.metrics().batchAnswered(result);
                subtask.work().batchAnswered(result, call.batch.size());
                if (call.batch.isFirst()) {
                    batchSize.answered(call.batch.size(), call.roundTrip.nanos());
                }
                succeeded(call.batch, new TensorRow(outputs, result.modelVersion()));
            }
        }
    }

    /** False if it is forgotten already. */
    private boolean forget(Call<IN, OUT> call) {
        boolean known = calls.remove(call);
        inputBytes -= known ? call.inputBytes : 0;
        return known;
    }

    private void succeeded(Batch<InFlightRow<IN, OUT>> batch, TensorRow answer) {
        for (int i = 0; i < batch.size(); i++) {
            InFlightRow<IN, OUT> row = batch.rows().get(i);
            row.attempted(1);
            if (decodes(row, answer.moveTo(i))) {
                listener.rowAnswered(row, answer);
            }
            listener.rowCompleted(row);
        }
        settled(batch);
        listener.batchCompleted();
    }

    private boolean decodes(InFlightRow<IN, OUT> row, TensorRow answer) {
        try {
            decoder.complete(row, answer);
            return true;
        } catch (Exception failure) {
            failures.fail(row, decodingError(failure), failure);
            return false;
        }
    }

    private static ErrorClass decodingError(Exception failure) {
        ErrorClass errorClass = ErrorClasses.of(failure);
        return errorClass == ErrorClass.MODEL_LOAD ? errorClass : ErrorClass.DATA;
    }

    private void failed(Call<IN, OUT> call, Throwable failure) {
        int attempts = failure instanceof ModelRunException run ? run.attempts() : 1;
        call.batch.rows().forEach(row -> row.attempted(attempts));
        ErrorClass errorClass = ErrorClasses.of(failure);
        if (errorClass == ErrorClass.TIMEOUT && call.batch.isFirst()) {
            batchSize.timedOut(call.roundTrip.nanos());
        }
        failed(call.batch, call.inputBytes, errorClass, failure);
    }

    private void failed(
            Batch<InFlightRow<IN, OUT>> batch,
            long bytes,
            ErrorClass errorClass,
            Throwable failure) {
        switch (retries.after(batch, errorClass, failure)) {
            case MOVE -> sendAgain(batch, failure.getMessage());
            case SEARCH -> sendParts(BadRowSearch.after(batch));
            case ISOLATE -> sendParts(BadRowSearch.afterLoss(batch));
            case RETRY_LATER -> resendLater(batch.again(), bytes);
            case CONVICT -> giveUp(batch, ErrorClass.DATA, retries.conviction(failure));
            case GIVE_UP -> giveUp(batch, errorClass, failure);
        }
    }

    private void sendAgain(Batch<InFlightRow<IN, OUT>> batch, String reason) {
        subtask.events().happened(new FaultEvent.BatchMoved(subtask.stage(), batch.size(), reason));
        resend(batch.again());
    }

    /** Keeps the place of its inputs, which are made again after the pause. */
    private void resendLater(Batch<InFlightRow<IN, OUT>> batch, long bytes) {
        Call<IN, OUT> pausing = remember(batch, bytes);
        subtask.after(
                retries.pause(batch).toMillis(),
                () -> {
                    if (forget(pausing) && !closed) {
                        resend(batch);
                    }
                });
    }

    private void resend(Batch<InFlightRow<IN, OUT>> batch) {
        TensorBatch inputs;
        try {
            inputs = encoder.encodeAgain(batch.rows());
        } catch (Exception failure) {
            failed(batch, 0, ErrorClass.DATA, failure);
            return;
        }
        if (batch.search() != null) {
            batch.search().sent();
        }
        send(batch, inputs);
    }

    private void sendParts(BadRowSearch<InFlightRow<IN, OUT>> search) {
        for (Optional<Batch<InFlightRow<IN, OUT>>> part = search.next();
                part.isPresent();
                part = search.next()) {
            resend(part.get());
        }
    }

    private void giveUp(
            Batch<InFlightRow<IN, OUT>> batch, ErrorClass errorClass, Throwable failure) {
        for (InFlightRow<IN, OUT> row : batch.rows()) {
            failures.fail(row, errorClass, failure);
            listener.rowCompleted(row);
        }
        if (batch.search() != null && batch.size() == 1) {
            goOn(BadRowSearch.after(batch));
        } else {
            settled(batch);
        }
        listener.batchCompleted();
    }

    private void settled(Batch<InFlightRow<IN, OUT>> batch) {
        if (batch.search() != null) {
            batch.search().settled(batch);
            goOn(batch.search());
        }
    }

    private void goOn(BadRowSearch<InFlightRow<IN, OUT>> search) {
        sendParts(search);
        if (search.isDone() && search.report()) {
            subtask.events()
                    .happened(
                            new FaultEvent.BatchBisected(
                                    subtask.stage(),
                                    search.rows(),
                                    search.badRows().size(),
                                    search.runs()));
        }
    }
}
