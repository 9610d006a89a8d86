package io.flinkgpu.inference.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/** First in, first out: a completed row waits for those before it. */
final class OrderedInFlightQueue<IN, OUT> implements InFlightQueue<IN, OUT> {

    /** Holds {@link InFlightRow}s, {@link Watermark}s and {@link WatermarkStatus}es. */
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
    public void add(WatermarkStatus status) {
        queue.addLast(status);
    }

    @Override
    public void completed(InFlightRow<IN, OUT> row) {
        // the row's own flag is all that counts once it is the oldest
    }

    @Override
    public boolean hasCompleted() {
        Object head = queue.peekFirst();
        return head instanceof InFlightRow<?, ?> row ? row.isCompleted() : head != null;
    }

    @Override
    @SuppressWarnings("unchecked") // only rows of these types are added
    public void emitNext(Emitter<IN, OUT> emitter) {
        Object head = queue.pollFirst();
        if (head instanceof Watermark watermark) {
            emitter.emit(watermark);
        } else if (head instanceof WatermarkStatus status) {
            emitter.emit(status);
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
    @SuppressWarnings("unchecked") // only rows of these types are added
    public List<StreamElement> elements(
            Function<? super InFlightRow<IN, OUT>, ? extends StreamElement> toState) {
        List<StreamElement> elements = new ArrayList<>(queue.size());
        for (Object entry : queue) {
            elements.add(
                    entry instanceof InFlightRow<?, ?> row
                            ? toState.apply((InFlightRow<IN, OUT>) row)
                            : (StreamElement) entry);
        }
        return elements;
    }
}
