package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;

/**
 * Recent answers on the heap, bounded in bytes and time; the oldest goes first.
 *
 * <p>Content is copied in and shared out read-only. Safe for use by many threads.
 */
final class ResultCache {

    private static final long ENTRY_OVERHEAD = 256;

    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();
    private final long maxBytes;
    private final long maxAgeNanos;
    private final LongSupplier nanoClock;
    private long bytes;

    /** What an answer is to; {@code model} with the version that ran. */
    record Key(ServedModel model, String id, List<String> outputs) {

        static Key of(ServedModel answering, InferRequest request) {
            return new Key(answering, request.id(), request.outputs());
        }
    }

    private record Content(DataType dataType, Shape shape, ByteBuffer bytes) {}

    private record Entry(Map<String, Content> contents, long bytes, long sinceNanos) {}

    ResultCache(long maxBytes, long maxAgeNanos, LongSupplier nanoClock) {
        this.maxBytes = maxBytes;
        this.maxAgeNanos = maxAgeNanos;
        this.nanoClock = nanoClock;
    }

    /** The outputs under a key, which the caller closes. */
    synchronized Optional<TensorBatch> get(Key key) {
        expire();
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        entry.contents.forEach(
                (name, content) ->
                        tensors.put(
                                name, Tensor.wrap(content.dataType, content.shape, content.bytes)));
        return Optional.of(TensorBatch.of(tensors));
    }

    /** Copies an answer, which stays the caller's; one that exceeds the bound alone is left out. */
    void put(Key key, InferResponse answer) {
        long size = ENTRY_OVERHEAD + answer.outputs().byteSize();
        if (size > maxBytes) {
            return;
        }
        Map<String, Content> contents = new LinkedHashMap<>();
        answer.outputs().tensors().forEach((name, tensor) -> contents.put(name, copyOf(tensor)));
        store(key, contents, size);
    }

    synchronized long bytes() {
        return bytes;
    }

    private synchronized void store(Key key, Map<String, Content> contents, long size) {
        expire();
        dropped(entries.remove(key));
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes + size > maxBytes && oldest.hasNext()) {
            dropped(oldest.next());
            oldest.remove();
        }
        entries.put(key, new Entry(contents, size, nanoClock.getAsLong()));
        bytes += size;
    }

    /** INVARIANT: entries are in the order of their age, because a repeat is put in anew. */
    private void expire() {
        long now = nanoClock.getAsLong();
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (now - entry.sinceNanos < maxAgeNanos) {
                return;
            }
            dropped(entry);
            oldest.remove();
        }
    }

    private void dropped(@Nullable Entry entry) {
        if (entry != null) {
            bytes -= entry.bytes;
        }
    }

    private static Content copyOf(Tensor tensor) {
        ByteBuffer data = tensor.data();
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
        return new Content(tensor.dataType(), tensor.shape(), copy.asReadOnlyBuffer());
    }
}
