package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.AttributeKey;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/**
 * The memory that requests may take at once, from their first byte to their answer.
 *
 * <p>A message takes three times its size while it is read (as it arrives, joined to one piece, and
 * as tensors), once its size from then on, and its answer as an answer three times. Messages below
 * a mebibyte are not counted; a message passes where no other one is counted, or a large one never
 * would. Safe for use by many threads.
 */
@Internal
public final class ReceiveMemory {

    static final int COPIES_WHILE_READ = 3;

    private static final long NOT_COUNTED = 1 << 20;
    private static final long PUSHBACK_MILLIS = 200;
    // The library keeps chunks of up to 8 MiB for each thread; what is idle in the pool of tensors'
    // memory takes a quarter, and the copies on their way to the socket the rest.
    private static final long CHUNKS = 64 << 20;
    private static final int EIGHTHS_OF_DIRECT_MEMORY = 3;

    private static final AttributeKey<Share> OF_REQUEST =
            AttributeKey.valueOf(ReceiveMemory.class, "OF_REQUEST");

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

    /** Three eighths of the direct memory that the JVM may take, without what is always taken. */
    public static ReceiveMemory ofProcess() {
        return new ReceiveMemory(
                Math.max(0, PlatformDependent.estimateMaxDirectMemory() - CHUNKS)
                        / 8
                        * EIGHTHS_OF_DIRECT_MEMORY);
    }

    /** What one request takes, until it is answered; nothing yet. */
    Share shareOf(ServiceRequestContext context) {
        Share share = share();
        context.setAttr(OF_REQUEST, share);
        CompletableFuture<?> unused =
                context.log().whenComplete().thenAccept(log -> share.release());
        return share;
    }

    Share share() {
        return new Share();
    }

    /** An answer of this size is being sent, whatever memory others hold. */
    public static void answering(ServiceRequestContext context, long bytes) {
        Share share = context.attr(OF_REQUEST);
        if (share != null && bytes >= NOT_COUNTED) {
            share.answering(bytes);
        }
    }

    synchronized long held() {
        return held;
    }

    private synchronized void change(Share share, long target) {
        long others = held - share.bytes;
        if (target > share.bytes && others > 0 && others + target > capacity) {
            throw full(target, others);
        }
        set(share, target);
    }

    private synchronized void set(Share share, long target) {
        if (!share.released) {
            held += target - share.bytes;
            share.bytes = target;
        }
    }

    private synchronized void release(Share share) {
        set(share, 0);
        share.released = true;
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

    /** The memory of one request. */
    final class Share {
        private long bytes;
        private boolean released;

        private Share() {}

        /**
         * A message of this size is being read.
         *
         * @throws StatusRuntimeException {@code RESOURCE_EXHAUSTED} with a pushback, if others hold
         *     too much
         */
        void reading(long messageBytes) {
            // What was announced stays reserved while less of it has come.
            if (messageBytes >= NOT_COUNTED && messageBytes * COPIES_WHILE_READ > bytes) {
                change(this, messageBytes * COPIES_WHILE_READ);
            }
        }

        /** The message is understood: only its tensors are left. */
        void understood() {
            set(this, bytes / COPIES_WHILE_READ);
        }

        void answering(long answerBytes) {
            set(this, answerBytes * COPIES_WHILE_READ);
        }

        /** The request is answered. */
        void release() {
            ReceiveMemory.this.release(this);
        }
    }
}
