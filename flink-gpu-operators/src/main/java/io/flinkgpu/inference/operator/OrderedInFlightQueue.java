package io.flinkgpu.inference.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;

/** First in, first out: a completed row waits for those before it. */
final class OrderedInFlightQueue<IN, OUT> implements InFlightQueue<IN, OUT> {

    /** Holds {@link InFlightRow}s and {@link Watermark}s. */
    private final ArrayDeque<Object> queue = new ArrayDeque<>();

    private int rows;

    @Override
    public void add(InFlightRow<IN, OUT> row) {
        queue.addLast(row);
        rows++;
    }

    @Override
    public void add(Watermark watermark) {
        if (queue.peekLast() instanceof Watermark) {
            queue.removeLast();
        }
        queue.addLast(watermark);
    }

    @Override
    public void completed(InFlightRow<IN, OUT> row) {
        // the row's own flag is all that counts once it is the oldest
    }

    @Override
    public boolean hasCompleted() {
        Object head = queue.peekFirst();
        return head instanceof Watermark
                || (head instanceof InFlightRow<?, ?> row && row.isCompleted());
    }

    @Override
    @SuppressWarnings("unchecked") // only rows of these types are added
    public void emitNext(Emitter<IN, OUT> emitter) {
        Object head = queue.pollFirst();
        if (head instanceof Watermark watermark) {
            emitter.emit(watermark);
        } else {
            rows--;
            emitter.emit((InFlightRow<IN, OUT>) head);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public List<StreamElement> elements() {
        List<StreamElement> elements = new ArrayList<>(queue.size());
        for (Object entry : queue) {
            elements.add(entry instanceof InFlightRow<?, ?> row ? row.record() : (Watermark) entry);
        }
        return elements;
    }
}
