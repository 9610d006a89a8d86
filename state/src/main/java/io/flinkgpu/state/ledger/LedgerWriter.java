package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a ledger in a thread of its own, for those who must not wait for a database.
 *
 * <p>{@link #add} returns at once, whatever the database does: entries wait in a bounded queue and
 * are tried again with growing pauses. The log says once that the database is away, and once that
 * it is back. Safe for use by many threads.
 */
@Internal
public final class LedgerWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);

    private final LedgerConfig config;
    private final LongSupplier nanoClock = System::nanoTime;
    private final EntryQueue queue;
    private final LedgerDrain drain;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long closedNanos;

    private LedgerWriter(LedgerConfig config) {
        this.config = config;
        InstantSource clock = InstantSource.system();
        this.queue = new EntryQueue(config.writing().maxQueued(), nanoClock, clock);
        this.drain = new LedgerDrain(queue, config, () -> RunLedger.open(config), nanoClock, clock);
        this.thread = new Thread(this::run, "ledger-writer");
        thread.setDaemon(true);
        // INVARIANT: the thread may outlive a job, so it does not hold the job's class loader.
        thread.setContextClassLoader(LedgerWriter.class.getClassLoader());
    }

    /** Starts; the database is opened with the first entry, and may be away until then. */
    public static LedgerWriter start(LedgerConfig config) {
        LedgerWriter writer = new LedgerWriter(config);
        writer.thread.start();
        return writer;
    }

    /** Has an entry written; nothing is written that comes after {@link #close()}. */
    public void add(LedgerEntry entry) {
        if (!closed) {
            queue.put(entry);
            LockSupport.unpark(thread);
        }
    }

    /** For how long the oldest entry that is not written has waited; zero: there is none. */
    public Duration lag() {
        return queue.lag();
    }

    /** How many entries were lost since the start. */
    public long dropped() {
        return queue.dropped();
    }

    /** Returns at once; what waits is tried until it is written, or the configured time is over. */
    @Override
    public void close() {
        closedNanos = nanoClock.getAsLong();
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!hasEnded()) {
                LockSupport.parkNanos(this, drain.step().toNanos());
            }
            if (!queue.isEmpty()) {
                LOG.warn("{} entries of the {} were not written.", queue.size(), config);
            }
        } catch (LinkageError missing) {
            LOG.error(
                    "The ledger is off: a class of it is missing. The jars of flink-gpu-state and what it depends on belong into Flink's lib/.",
                    missing);
        } finally {
            closed = true;
            drain.close();
        }
    }

    private boolean hasEnded() {
        return closed && (queue.isEmpty() || hasReachedCloseTimeout());
    }

    private boolean hasReachedCloseTimeout() {
        return nanoClock.getAsLong() - closedNanos >= config.writing().closeTimeout().toNanos();
    }
}
