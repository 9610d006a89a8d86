package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.tensorflow.types.family.TType;

/**
 * Native tensors of fixed-size types that wait for the next run of their shape, whichever model's
 * it is.
 *
 * <p>Filling fresh memory costs several times more than filling used memory. Batches come in many
 * shapes, and a process may hold many models: so the memory that is kept has one bound for all of
 * them, and the shapes that were not used for the longest time go first. Safe for many threads.
 */
final class NativeTensorPool {

    private static final long MAX_IDLE_BYTES_OF_PROCESS = 128L << 20;

    /** What a tensor counts at least, so that tiny ones cannot be too many. */
    private static final long LEAST_BYTES = 16 << 10;

    private static final NativeTensorPool OF_PROCESS =
            new NativeTensorPool(MAX_IDLE_BYTES_OF_PROCESS);

    private final long maxIdleBytes;

    /** By kind, the one that was returned last at the end. */
    private final Map<Kind, ArrayDeque<Pooled>> idle = new LinkedHashMap<>();

    private long idleBytes;

    /**
     * A pool of its own, for tests; models use {@link #ofProcess()}.
     *
     * @param maxIdleBytes how much returned memory to keep
     */
    NativeTensorPool(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /** The pool that all models of this process share. */
    static NativeTensorPool ofProcess() {
        return OF_PROCESS;
    }

    private record Kind(DataType dataType, Shape shape) {}

    /**
     * A tensor that was borrowed; its content is unspecified.
     *
     * @param memory its bytes
     */
    record Pooled(DataType dataType, Shape shape, TType tensor, ByteBuffer memory) {

        private static Pooled allocate(DataType dataType, Shape shape) {
            TType tensor = NativeTensors.allocate(dataType, shape);
            return new Pooled(dataType, shape, tensor, NativeTensors.memory(tensor));
        }

        private long bytes() {
            return Math.max(LEAST_BYTES, memory.capacity());
        }
    }

    /** A tensor that nobody else uses until it is given back. */
    Pooled acquire(DataType dataType, Shape shape) {
        Pooled used = pollIdle(new Kind(dataType, shape));
        return used == null ? Pooled.allocate(dataType, shape) : used;
    }

    /** Takes a tensor back; the caller must not touch it any more. */
    void giveBack(Pooled tensor) {
        keep(tensor).forEach(dropped -> dropped.tensor().close());
    }

    /** Bytes of returned memory that wait for reuse. */
    synchronized long idleBytes() {
        return idleBytes;
    }

    @Nullable
    private synchronized Pooled pollIdle(Kind kind) {
        ArrayDeque<Pooled> same = idle.get(kind);
        if (same == null) {
            return null;
        }
        Pooled used = same.pollLast();
        idleBytes -= used.bytes();
        if (same.isEmpty()) {
            idle.remove(kind);
        }
        return used;
    }

    /** Keeps one more tensor; gives those that had to make room for it, or itself. */
    private synchronized List<Pooled> keep(Pooled tensor) {
        if (tensor.bytes() > maxIdleBytes) {
            return List.of(tensor);
        }
        Kind kind = new Kind(tensor.dataType(), tensor.shape());
        ArrayDeque<Pooled> same = idle.remove(kind);
        ArrayDeque<Pooled> kept = same == null ? new ArrayDeque<>(1) : same;
        kept.addLast(tensor);
        idle.put(kind, kept);
        idleBytes += tensor.bytes();
        return makeRoom();
    }

    private List<Pooled> makeRoom() {
        List<Pooled> dropped = new ArrayList<>();
        Iterator<ArrayDeque<Pooled>> eldest = idle.values().iterator();
        while (idleBytes > maxIdleBytes) {
            ArrayDeque<Pooled> kind = eldest.next();
            while (idleBytes > maxIdleBytes && !kind.isEmpty()) {
                Pooled out = kind.pollFirst();
                idleBytes -= out.bytes();
                dropped.add(out);
            }
            if (kind.isEmpty()) {
                eldest.remove();
            }
        }
        return dropped;
    }
}
