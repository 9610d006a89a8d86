package io.flinkgpu.inference.model.store;

import io.flinkgpu.inference.process.Stopwatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.annotation.Nullable;

/**
 * Locks on the entries of a cache directory, held against the threads of this process and against
 * other processes alike.
 *
 * <p>All are bytes of one file, each entry's at a place of its own, so that no lock file is ever
 * deleted under somebody who waits for it. The operating system frees the locks of a process that
 * dies. Locks of a process belong to the process (POSIX): a table says which of its threads hold
 * them, and one channel, which is never closed, holds them all, since closing any channel of the
 * file would free them. Nobody blocks in the operating system, which would see a deadlock between
 * two processes whose threads wait for each other's entries. Safe for use by many threads.
 */
final class CacheLocks {

    private static final Map<Path, CacheLocks> OF_PROCESS = new HashMap<>();

    private static final String FILE = "locks";
    private static final Duration STEP = Duration.ofMillis(20);
    private static final int DIGITS_OF_PLACE = 15;

    private final FileChannel channel;
    private final Map<Long, Holders> byPlace = new HashMap<>();

    private CacheLocks(FileChannel channel) {
        this.channel = channel;
    }

    /** Who may hold an entry beside others. */
    enum Mode {
        SHARED,
        EXCLUSIVE
    }

    /** A lock that is held until it is closed. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** The locks of a directory, which exists. */
    static synchronized CacheLocks of(Path directory) throws IOException {
        Path real = directory.toRealPath();
        CacheLocks known = OF_PROCESS.get(real);
        if (known == null) {
            known =
                    new CacheLocks(
                            FileChannel.open(
                                    real.resolve(FILE),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE));
            OF_PROCESS.put(real, known);
        } else if (!Files.exists(real.resolve(FILE))) {
            throw new IOException(
                    "the file '%s' is gone, which processes lock; put it back, or restart them"
                            .formatted(real.resolve(FILE)));
        }
        return known;
    }

    /** Waits for the whole cache. */
    Hold awaitAll() throws IOException {
        return await(0, Mode.EXCLUSIVE);
    }

    /**
     * Waits for an entry.
     *
     * @param id hexadecimal digits, at least 15
     */
    Hold await(String id, Mode mode) throws IOException {
        return await(place(id), mode);
    }

    /** The lock on an entry, if nobody's lock is in the way. */
    Optional<Hold> tryLock(String id, Mode mode) throws IOException {
        return tryLock(place(id), mode);
    }

    /** For a moment that no two threads share for long, before another attempt. */
    void pause() {
        Stopwatch.start()
                .parkUntil(Duration.ofNanos(ThreadLocalRandom.current().nextLong(STEP.toNanos())));
    }

    private Hold await(long place, Mode mode) throws IOException {
        while (true) {
            Optional<Hold> hold = tryLock(place, mode);
            if (hold.isPresent()) {
                return hold.get();
            }
            Stopwatch.start().parkUntil(STEP);
        }
    }

    private synchronized Optional<Hold> tryLock(long place, Mode mode) throws IOException {
        Holders holders = byPlace.get(place);
        if (holders == null) {
            FileLock lock = lock(place, mode);
            if (lock == null) {
                return Optional.empty();
            }
            holders = new Holders(place, mode, lock);
            byPlace.put(place, holders);
        } else if (mode == Mode.EXCLUSIVE || holders.mode == Mode.EXCLUSIVE) {
            return Optional.empty();
        }
        holders.count++;
        return Optional.of(new Share(holders));
    }

    /** An interrupt would close the channel, and with it free every lock. */
    @Nullable
    private FileLock lock(long place, Mode mode) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return channel.tryLock(place, 1, mode == Mode.SHARED);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void release(Holders holders) {
        holders.count--;
        if (holders.count == 0) {
            byPlace.remove(holders.place);
            try {
                holders.lock.release();
            } catch (IOException failure) {
                throw new IllegalStateException("Cannot release a lock: " + failure, failure);
            }
        }
    }

    /** Place 0 is the whole cache's. */
    private static long place(String id) {
        return 1 + Long.parseLong(id.substring(0, DIGITS_OF_PLACE), 16);
    }

    /** The threads of this process that hold one place; guarded by the outer object. */
    private static final class Holders {
        private final long place;
        private final Mode mode;
        private final FileLock lock;
        private int count;

        private Holders(long place, Mode mode, FileLock lock) {
            this.place = place;
            this.mode = mode;
            this.lock = lock;
        }
    }

    private final class Share implements Hold {
        private final Holders holders;
        private boolean closed;

        private Share(Holders holders) {
            this.holders = holders;
        }

        @Override
        public void close() {
            synchronized (CacheLocks.this) {
                if (!closed) {
                    closed = true;
                    release(holders);
                }
            }
        }
    }
}
