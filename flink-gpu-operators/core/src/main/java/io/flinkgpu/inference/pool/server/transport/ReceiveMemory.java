package io.flinkgpu.inference.pool.server.transport;

import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.internal.PlatformDependent;

import org.apache.flink.annotation.Internal;

/**
 * The memory that requests may take at once, from their first byte to their answer.
 *
 * <p>A message takes three times its size while it is read (as it arrives, joined to one piece, and
 * as tensors) and once its size from then on. Messages below a mebibyte are not counted; a message
 * passes where no other one is counted, or a large one never would. Safe for use by many threads.
 */
@Internal
public final class ReceiveMemory {

    static final int COPIES_WHILE_READ = 3;

    private static final long NOT_COUNTED = 1 << 20;
    private static final long PUSHBACK_MILLIS = 200;
    private static final int SHARE_OF_DIRECT_MEMORY = 2;

    private final long capacity;
    private long held;

    /**
     * Memory of a size of its own, for tests.
     *
     * @param capacity bytes, above zero
     */
    public ReceiveMemory(long capacity) {
        this.capacity = capacity;
    }

    /** Half of the direct memory that the JVM may take. */
    public static ReceiveMemory ofProcess() {
        return new ReceiveMemory(
                PlatformDependent.estimateMaxDirectMemory() / SHARE_OF_DIRECT_MEMORY);
    }

    /** What one request takes; nothing yet. */
    Share share() {
        return new Share();
    }

    synchronized long held() {
        return held;
    }

    private synchronized void change(Share share, long target) {
        long others = held - share.bytes;
        if (target > share.bytes && others > 0 && others + target > capacity) {
            throw full(target, others);
        }
        held = others + target;
        share.bytes = target;
    }

    private StatusRuntimeException full(long wanted, long others) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.PUSHBACK, String.valueOf(PUSHBACK_MILLIS));
        return Status.RESOURCE_EXHAUSTED
                .withDescription(
                        "Cannot read request: it takes %d bytes of memory, and others hold %d of %d. Come back in %d ms, or give the server more direct memory."
                                .formatted(wanted, others, capacity, PUSHBACK_MILLIS))
                .asRuntimeException(trailers);
    }

    /** The memory of one request; its methods are called by one thread at a time. */
    final class Share {
        private long bytes;

        private Share() {}

        /**
         * A message of this size is being read.
         *
         * @throws StatusRuntimeException {@code RESOURCE_EXHAUSTED} with a pushback, if others hold
         *     too much
         */
        void reading(long messageBytes) {
            if (messageBytes >= NOT_COUNTED) {
                change(this, messageBytes * COPIES_WHILE_READ);
            }
        }

        /** The message is understood: only its tensors are left. */
        void understood() {
            change(this, bytes / COPIES_WHILE_READ);
        }

        /** The request is answered. */
        void release() {
            change(this, 0);
        }
    }
}
