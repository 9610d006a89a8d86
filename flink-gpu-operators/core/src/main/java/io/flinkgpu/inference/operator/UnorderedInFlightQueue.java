package io.flinkgpu.inference.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Rows leave as they are completed, but never across a watermark.
 *
 * <p>Rows between two watermarks or watermark statuses form an epoch. Only the oldest epoch emits;
 * once it is empty, what ends it leaves and the next epoch's turn comes. These are the rules of
 * Flink's UnorderedStreamElementQueue.
 */
final class UnorderedInFlightQueue<IN, OUT> implements InFlightQueue<IN, OUT> {

    private final Deque<Epoch<IN, OUT>> epochs = new ArrayDeque<>();
    private int rows;

    @Override
    public void add(InFlightRow<IN, OUT> row) {
        Epoch<IN, OUT> newest = epochs.peekLast();
        if (newest == null || !newest.ends.isEmpty()) {
            newest = new Epoch<>();
            epochs.addLast(newest);
        }
        newest.pending.add(row);
        rows++;
    }

    @Override
    public void add(Watermark watermark) {
        Deque<StreamElement> ends = newestEnds();
        if (ends.peekLast() instanceof Watermark) {
            ends.removeLast();
        }
        ends.addLast(watermark);
    }

    @Override
    public void add(WatermarkStatus status) {
        newestEnds().addLast(status);
    }

    @Override
    public void completed(InFlightRow<IN, OUT> row) {
        for (Epoch<IN, OUT> epoch : epochs) {
            if (epoch.pending.remove(row)) {
                epoch.completed.addLast(row);
                return;
            }
        }
        throw new IllegalStateException("Cannot complete row: the queue does not hold it.");
    }

    @Override
    public boolean hasCompleted() {
        Epoch<IN, OUT> oldest = epochs.peekFirst();
        return oldest != null && (!oldest.completed.isEmpty() || oldest.endMayLeave());
    }

    @Override
    public void emitNext(Emitter<IN, OUT> emitter) {
        Epoch<IN, OUT> oldest = epochs.getFirst();
        InFlightRow<IN, OUT> row = oldest.completed.pollFirst();
        if (row != null) {
            rows--;
            dropIfEmpty(oldest);
            emitter.emit(row);
            return;
        }
        StreamElement end = oldest.ends.removeFirst();
        dropIfEmpty(oldest);
        if (end instanceof Watermark watermark) {
            emitter.emit(watermark);
        } else {
            emitter.emit((WatermarkStatus) end);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public boolean isEmpty() {
        return epochs.isEmpty();
    }

    @Override
    public List<StreamElement> elements(
            Function<? super InFlightRow<IN, OUT>, ? extends StreamElement> toState) {
        List<StreamElement> elements = new ArrayList<>(rows + epochs.size());
        for (Epoch<IN, OUT> epoch : epochs) {
            epoch.completed.forEach(row -> elements.add(toState.apply(row)));
            epoch.pending.forEach(row -> elements.add(toState.apply(row)));
            elements.addAll(epoch.ends);
        }
        return elements;
    }

    private Deque<StreamElement> newestEnds() {
        if (epochs.isEmpty()) {
            epochs.addLast(new Epoch<>());
        }
        return epochs.getLast().ends;
    }

    private void dropIfEmpty(Epoch<IN, OUT> oldest) {
        if (oldest.ends.isEmpty() && oldest.pending.isEmpty() && oldest.completed.isEmpty()) {
            epochs.removeFirst();
        }
    }

    /** Rows, and the watermarks and statuses behind them once they have come. */
    private static final class Epoch<IN, OUT> {
        private final Set<InFlightRow<IN, OUT>> pending = new LinkedHashSet<>();
        private final Deque<InFlightRow<IN, OUT>> completed = new ArrayDeque<>();
        private final Deque<StreamElement> ends = new ArrayDeque<>();

        private boolean endMayLeave() {
            return !ends.isEmpty() && pending.isEmpty() && completed.isEmpty();
        }
    }
}
