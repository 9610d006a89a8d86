package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.process.Stopwatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Moves completed rows from the in-flight queue to the output.
 *
 * <p>It stops while the output is full, and after a few milliseconds, so that other mails (barriers
 * above all) get their turn, and goes on in a mail of its own. Mailbox thread only.
 */
final class ResultEmitter<IN, OUT> implements InFlightQueue.Emitter<IN, OUT> {

    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final InFlightQueue<IN, OUT> queue;
    private final Output<StreamRecord<OUT>> output;
    private final OutputAvailability availability;
    private final SubtaskContext subtask;
    private final Runnable emittedLater;
    @Nullable private final OutputTag<DeadLetter<IN>> deadLetters;
    private boolean scheduled;

    /**
     * @param emittedLater runs after each of the later mails
     */
    ResultEmitter(
            InFlightQueue<IN, OUT> queue,
            Output<StreamRecord<OUT>> output,
            OutputAvailability availability,
            SubtaskContext subtask,
            Runnable emittedLater,
            @Nullable OutputTag<DeadLetter<IN>> deadLetters) {
        this.queue = queue;
        this.output = output;
        this.availability = availability;
        this.subtask = subtask;
        this.emittedLater = emittedLater;
        this.deadLetters = deadLetters;
    }

    /** Emits what is completed, some of it in later mails. */
    void emitCompleted() {
        if (scheduled) {
            return;
        }
        Stopwatch turn = Stopwatch.start();
        while (queue.hasCompleted()) {
            if (!availability.isAvailable()) {
                scheduled = true;
                CompletableFuture<?> unused = availability.whenAvailable().thenRun(this::goOn);
                return;
            }
            queue.emitNext(this);
            if (turn.nanos() > TURN_NANOS && queue.hasCompleted()) {
                scheduled = true;
                goOn();
                return;
            }
        }
    }

    @Override
    public void emit(InFlightRow<IN, OUT> row) {
        if (row.hasFailed()) {
            subtask.work().deadLetterEmitted();
            emitDeadLetter(row);
        } else {
            subtask.work().rowEmitted();
            subtask.metrics().rowEmitted();
            output.collect(row.record().replace(row.result()));
        }
    }

    @Override
    public void emit(Watermark watermark) {
        output.emitWatermark(watermark);
    }

    @Override
    public void emit(WatermarkStatus status) {
        output.emitWatermarkStatus(status);
    }

    private void emitDeadLetter(InFlightRow<IN, OUT> row) {
        InFlightRow.Failure failure = row.failure();
        DeadLetter<IN> letter =
                new DeadLetter<>(
                        row.value(),
                        failure.errorClass(),
                        failure.cause().getClass().getSimpleName(),
                        String.valueOf(failure.cause().getMessage()),
                        row.attempts(),
                        failure.place(),
                        row.arrivedAtMillis(),
                        failure.atMillis());
        StreamRecord<IN> record = row.record();
        output.collect(
                deadLetters,
                record.hasTimestamp()
                        ? new StreamRecord<>(letter, record.getTimestamp())
                        : new StreamRecord<>(letter));
    }

    /** Any thread. */
    private void goOn() {
        boolean unused =
                subtask.thread()
                        .execute(
                                () -> {
                                    scheduled = false;
                                    emitCompleted();
                                    emittedLater.run();
                                },
                                "emit inferred rows");
    }
}
