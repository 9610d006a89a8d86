package io.flinkgpu.inference.tensor;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A pool of direct buffers in size classes of powers of two.
 *
 * <p>Filling fresh direct memory costs several times more than filling memory that was used before
 * (page faults and zeroing), so batches borrow their memory here. Up to {@link #maxIdleBytes} of
 * returned memory is kept, the rest is left to the garbage collector; what is too large to be kept
 * is not rounded up. Safe for use by many threads.
 */
@Internal
public final class DirectBufferPool {

    private static final int SMALLEST_CLASS_BITS = 10;
    private static final int LARGEST_CLASS_BITS = 30;
    private static final long MAX_IDLE_BYTES_OF_PROCESS = 256L << 20;
    private static final int SHARE_OF_DIRECT_MEMORY = 4;
    private static final Pattern MAX_DIRECT_MEMORY =
            Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)([kKmMgG]?)");

    private static final DirectBufferPool OF_PROCESS =
            new DirectBufferPool(maxIdleBytesOfProcess());

    private final long maxIdleBytes;
    private final IntFunction<ByteBuffer> allocator;
    private final ArrayDeque<ByteBuffer>[] idle;
    private long idleBytes;
    private long borrowedBytes;

    /**
     * A pool of its own, for tests; jobs use {@link #ofProcess()}.
     *
     * @param maxIdleBytes how much returned memory to keep
     */
    public DirectBufferPool(long maxIdleBytes) {
        this(maxIdleBytes, ByteBuffer::allocateDirect);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of generic deques has no other spelling
    DirectBufferPool(long maxIdleBytes, IntFunction<ByteBuffer> allocator) {
        this.maxIdleBytes = maxIdleBytes;
        this.allocator = allocator;
        this.idle = new ArrayDeque[LARGEST_CLASS_BITS + 1];
        for (int bits = SMALLEST_CLASS_BITS; bits <= LARGEST_CLASS_BITS; bits++) {
            idle[bits] = new ArrayDeque<>();
        }
    }

    /** The pool that all batches of this process share. */
    public static DirectBufferPool ofProcess() {
        return OF_PROCESS;
    }

    /**
     * A buffer of at least {@code bytes} bytes, little-endian, with unspecified content; its caller
     * owns the only reference.
     *
     * @throws IllegalArgumentException if {@code bytes} exceeds 1 GiB
     */
    public PooledBuffer acquire(long bytes) {
        int bits = sizeClass(bytes);
        ByteBuffer buffer = pollIdle(bits);
        if (buffer == null) {
            buffer = allocate(isKept(1L << bits) ? 1 << bits : (int) bytes);
        }
        lend(buffer);
        return new PooledBuffer(this, buffer.clear().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Bytes of returned memory that wait for reuse. */
    public synchronized long idleBytes() {
        return idleBytes;
    }

    /** Bytes of memory that was handed out and has not come back. */
    public synchronized long borrowedBytes() {
        return borrowedBytes;
    }

    /** New memory; where the JVM's limit leaves none, what is idle in other sizes makes room. */
    private ByteBuffer allocate(int bytes) {
        try {
            return allocator.apply(bytes);
        } catch (OutOfMemoryError limit) {
            if (idleBytes() == 0) {
                throw limit;
            }
            dropIdle();
            return allocator.apply(bytes);
        }
    }

    private boolean isKept(long bytes) {
        return bytes <= maxIdleBytes;
    }

    private synchronized void dropIdle() {
        for (int bits = SMALLEST_CLASS_BITS; bits <= LARGEST_CLASS_BITS; bits++) {
            idle[bits].clear();
        }
        idleBytes = 0;
    }

    @Nullable
    private synchronized ByteBuffer pollIdle(int bits) {
        ByteBuffer buffer = idle[bits].pollLast();
        if (buffer != null) {
            idleBytes -= buffer.capacity();
        }
        return buffer;
    }

    private synchronized void lend(ByteBuffer buffer) {
        borrowedBytes += buffer.capacity();
    }

    synchronized void giveBack(ByteBuffer buffer) {
        borrowedBytes -= buffer.capacity();
        int bits = sizeClass(buffer.capacity());
        // INVARIANT: a size class holds buffers of its whole size alone
        if (buffer.capacity() == 1 << bits && idleBytes + buffer.capacity() <= maxIdleBytes) {
            idle[bits].addLast(buffer);
            idleBytes += buffer.capacity();
        }
    }

    /** Idle memory counts towards a limit that the network stack shares. */
    private static long maxIdleBytesOfProcess() {
        return Math.min(MAX_IDLE_BYTES_OF_PROCESS, maxDirectMemory() / SHARE_OF_DIRECT_MEMORY);
    }

    /** The JVM's option, and the heap's limit where it is not set, as the JVM takes it. */
    private static long maxDirectMemory() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .map(MAX_DIRECT_MEMORY::matcher)
                .filter(Matcher::matches)
                .mapToLong(option -> Long.parseLong(option.group(1)) << shift(option.group(2)))
                .filter(bytes -> bytes > 0)
                .reduce((first, last) -> last)
                .orElse(Runtime.getRuntime().maxMemory());
    }

    private static int shift(String unit) {
        return unit.isEmpty() ? 0 : 10 * ("kmg".indexOf(unit.toLowerCase(Locale.ROOT)) + 1);
    }

    private static int sizeClass(long bytes) {
        if (bytes > 1L << LARGEST_CLASS_BITS) {
            throw new IllegalArgumentException(
                    "Invalid tensor size: "
                            + bytes
                            + " bytes. One tensor holds at most 1 GiB: use smaller batches.");
        }
        int ceiling = Long.SIZE - Long.numberOfLeadingZeros(Math.max(bytes, 1) - 1);
        return Math.max(SMALLEST_CLASS_BITS, ceiling);
    }
}
