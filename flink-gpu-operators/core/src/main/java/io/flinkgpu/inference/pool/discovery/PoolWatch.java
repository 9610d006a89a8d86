package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one pool again and again, in a thread of its own, and tells of changes.
 *
 * <p>A pool that cannot be asked keeps its last known members.
 */
@Internal
public final class PoolWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);

    private final MembershipSource source;
    private final MemberRetention retention;
    private final Duration pause;
    private final Consumer<Membership> listener;
    private final Thread thread;
    private volatile boolean closed;
    private boolean reachable = true;

    /**
     * Prepares; {@link #start()} starts.
     *
     * @param pause between two looks at a pool that cannot be asked
     * @param listener called in the watch's thread with the members after each change
     * @param threads makes the watch's thread
     */
    public PoolWatch(
            MembershipSource source,
            MemberRetention retention,
            Duration pause,
            Consumer<Membership> listener,
            ThreadFactory threads) {
        this.source = source;
        this.retention = retention;
        this.pause = pause;
        this.listener = listener;
        this.thread = threads.newThread(this::run);
    }

    /** Starts to look. */
    public void start() {
        thread.start();
    }

    /** Ends the watch; does not wait for its thread. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        source.close();
    }

    private void run() {
        Membership seen = Membership.unknown(retention.members().pool());
        while (!closed) {
            try {
                seen = look(seen);
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private Membership look(Membership seen) throws InterruptedException {
        try {
            Membership now = source.next(seen);
            noteReachable(now);
            if (retention.update(now)) {
                listener.accept(retention.members());
            }
            return now;
        } catch (IOException | RuntimeException unreachable) {
            // A discovery that somebody wrote may throw anything; the watch goes on.
            noteUnreachable(unreachable);
            retention.noteUnreachable();
            Thread.sleep(pause.toMillis());
            return Membership.unknown(seen.pool());
        }
    }

    private void noteReachable(Membership now) {
        if (!reachable) {
            LOG.info("Pool {} can be asked again.", now.pool());
            reachable = true;
        }
    }

    private void noteUnreachable(Exception cause) {
        if (!closed && reachable) {
            LOG.warn(
                    "Going on with the last known members of the pool. {}",
                    cause.getMessage(),
                    cause instanceof IOException ? null : cause);
            reachable = false;
        }
    }
}
