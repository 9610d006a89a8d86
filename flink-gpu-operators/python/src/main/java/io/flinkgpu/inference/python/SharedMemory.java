package io.flinkgpu.inference.python;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that this process and one worker have mapped, used again and again.
 *
 * <p>They take a bounded number of bytes together; where that, or the directory, leaves no room,
 * there is none. Safe for use by many threads.
 */
final class SharedMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final int SMALLEST_BYTES = 1 << 16;
    private static final int LARGEST_BYTES = 1 << 30;

    private final Path directory;
    private final long maxBytes;
    private final String prefix = "flink-gpu-python-" + UUID.randomUUID();
    private final List<Segment> idle = new ArrayList<>();
    private final List<Segment> borrowed = new ArrayList<>();
    private final List<Integer> dropped = new ArrayList<>();
    private long bytes;
    private int lastNumber;
    private boolean warned;

    /**
     * No segments yet.
     *
     * @param maxBytes of all segments together
     */
    SharedMemory(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /** A segment of at least so many bytes, which the caller gives back; empty: no room. */
    synchronized Optional<Segment> borrow(long atLeast) {
        Optional<Segment> segment =
                idle.stream()
                        .filter(each -> each.capacity() >= atLeast)
                        .min(Comparator.comparingInt(Segment::capacity));
        segment.ifPresent(idle::remove);
        if (segment.isEmpty()) {
            segment = create(atLeast);
        }
        segment.ifPresent(borrowed::add);
        return segment;
    }

    /** The caller does not use it any more, and neither does the worker. */
    synchronized void giveBack(Segment segment) {
        borrowed.remove(segment);
        idle.add(segment);
    }

    /** The worker's code goes on using it: it is the code's from here on. */
    synchronized void forget(Segment segment) {
        borrowed.remove(segment);
        drop(segment);
    }

    /** The numbers of segments that have been dropped since the last call. */
    synchronized List<Integer> takeDropped() {
        List<Integer> numbers = List.copyOf(dropped);
        dropped.clear();
        return numbers;
    }

    /** Leaves no file behind; to be called when the worker is gone. */
    @Override
    public synchronized void close() {
        borrowed.forEach(Segment::unlink);
        idle.forEach(Segment::unlink);
        idle.clear();
    }

    private Optional<Segment> create(long atLeast) {
        int size = size(atLeast);
        if (atLeast > size || size > maxBytes) {
            return Optional.empty();
        }
        while (bytes + size > maxBytes && !idle.isEmpty()) {
            drop(idle.remove(0));
        }
        if (bytes + size > maxBytes) {
            return Optional.empty();
        }
        int number = ++lastNumber;
        try {
            Segment segment =
                    Segment.create(number, directory.resolve(prefix + "-" + number), size);
            bytes += size;
            return Optional.of(segment);
        } catch (IOException noRoom) {
            warn(noRoom);
            return Optional.empty();
        }
    }

    private void drop(Segment segment) {
        bytes -= segment.capacity();
        segment.unlink();
        dropped.add(segment.number());
    }

    private void warn(IOException noRoom) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "Batches go through a socket, which is slower: {} has no room for them ({}). Mount more memory there, or set {} and {}.",
                    directory,
                    noRoom.getMessage(),
                    PythonOptions.SHARED_MEMORY_DIRECTORY.key(),
                    PythonOptions.SHARED_MEMORY_MAX_SIZE.key());
        }
    }

    /** A power of two, so that batches of about one size find each other's segments. */
    private static int size(long atLeast) {
        if (atLeast > LARGEST_BYTES) {
            return LARGEST_BYTES;
        }
        int ceiling = Integer.highestOneBit((int) Math.max(1, atLeast - 1)) << 1;
        return Math.max(SMALLEST_BYTES, ceiling);
    }
}
