package io.flinkgpu.inference.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;

/**
 * Rows leave as they are completed, but never across a watermark.
 *
 * <p>Rows between two watermarks form an epoch. Only the oldest epoch emits; once it is empty, its
 * watermark leaves and the next epoch's turn comes. These are the rules of Flink's
 * UnorderedStreamElementQueue.
 */
final class UnorderedInFlightQueue<IN, OUT> implements InFlightQueue<IN, OUT> {

    private final Deque<Epoch<IN, OUT>> epochs = new ArrayDeque<>();
    private int rows;

    @Override
    public void add(InFlightRow<IN, OUT> row) {
        Epoch<IN, OUT> newest = epochs.peekLast();
        if (newest == null || newest.watermark != null) {
            newest = new Epoch<>();
            epochs.addLast(newest);
        }
        newest.pending.add(row);
        rows++;
    }

    @Override
    public void add(Watermark watermark) {
        if (epochs.isEmpty()) {
            epochs.addLast(new Epoch<>());
        }
        epochs.getLast().watermark = watermark;
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
        return oldest != null && (!oldest.completed.isEmpty() || oldest.watermarkMayLeave());
    }

    @Override
    public void emitNext(Emitter<IN, OUT> emitter) {
        Epoch<IN, OUT> oldest = epochs.getFirst();
        InFlightRow<IN, OUT> row = oldest.completed.pollFirst();
        if (row != null) {
            rows--;
            dropIfEmpty(oldest);
            emitter.emit(row);
        } else {
            epochs.removeFirst();
            emitter.emit(oldest.watermark);
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
    public List<StreamElement> elements() {
        List<StreamElement> elements = new ArrayList<>(rows + epochs.size());
        for (Epoch<IN, OUT> epoch : epochs) {
            epoch.completed.forEach(row -> elements.add(row.record()));
            epoch.pending.forEach(row -> elements.add(row.record()));
            if (epoch.watermark != null) {
                elements.add(epoch.watermark);
            }
        }
        return elements;
    }

    private void dropIfEmpty(Epoch<IN, OUT> oldest) {
        if (oldest.watermark == null && oldest.pending.isEmpty() && oldest.completed.isEmpty()) {
            epochs.removeFirst();
        }
    }

    /** The rows before a watermark, and the watermark once it has come. */
    private static final class Epoch<IN, OUT> {
        private final Set<InFlightRow<IN, OUT>> pending = new LinkedHashSet<>();
        private final Deque<InFlightRow<IN, OUT>> completed = new ArrayDeque<>();
        @Nullable private Watermark watermark;

        private boolean watermarkMayLeave() {
            return watermark != null && pending.isEmpty() && completed.isEmpty();
        }
    }
}
