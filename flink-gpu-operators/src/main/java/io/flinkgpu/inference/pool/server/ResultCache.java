package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;

/**
 * Recent answers, for clients that ask again after a restore.
 *
 * <p>Holds copies on the heap, up to so many bytes and for so long; the oldest go first. Safe for
 * use by many threads.
 */
final class ResultCache {

    private final long maxBytes;
    private final long maxAgeNanos;
    private final LongSupplier nanoClock;
    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();
    private long bytes;

    /**
     * What an answer depends on.
     *
     * @param id names the content of the request
     */
    record Key(ServedModel model, String id, List<String> outputs) {}

    private record Entry(TensorBatch outputs, long bytes, long nanoTime) {}

    ResultCache(long maxBytes, Duration maxAge, LongSupplier nanoClock) {
        this.maxBytes = maxBytes;
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoClock = nanoClock;
    }

    /** The answer to that request, on the heap; empty if it is not or no longer known. */
    synchronized Optional<TensorBatch> get(Key key) {
        dropOld();
        Entry entry = entries.get(key);
        // A view of its own: the batch in here is never closed.
        return entry == null
                ? Optional.empty()
                : Optional.of(entry.outputs().slice(0, entry.outputs().rows()));
    }

    /** Remembers a copy of an answer; one that is larger than the cache is left out. */
    void put(Key key, TensorBatch outputs) {
        long size = outputs.byteSize();
        if (size > maxBytes) {
            return;
        }
        Entry entry = new Entry(copy(outputs), size, nanoClock.getAsLong());
        synchronized (this) {
            drop(entries.remove(key));
            entries.put(key, entry);
            bytes += size;
            dropOld();
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    private void dropOld() {
        long now = nanoClock.getAsLong();
        Iterator<Entry> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry entry = oldestFirst.next();
            if (bytes <= maxBytes && now - entry.nanoTime() <= maxAgeNanos) {
                return;
            }
            oldestFirst.remove();
            drop(entry);
        }
    }

    private void drop(@Nullable Entry entry) {
        if (entry != null) {
            bytes -= entry.bytes();
        }
    }

    private static TensorBatch copy(TensorBatch outputs) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        outputs.tensors()
                .forEach(
                        (name, tensor) ->
                                copies.put(
                                        name,
                                        Tensor.wrap(
                                                tensor.dataType(),
                                                tensor.shape(),
                                                copy(tensor.data()))));
        return TensorBatch.of(copies);
    }

    private static ByteBuffer copy(ByteBuffer content) {
        return ByteBuffer.allocate(content.remaining()).put(content).flip();
    }
}
