package io.flinkgpu.inference.ledger;

import io.flinkgpu.inference.process.DaemonThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the probes of a job's sinks after completed checkpoints.
 *
 * <p>A sink commits when it hears of a checkpoint, which is after the job master does. So probes
 * are asked some time later, and again with growing pauses until each has told of the newest
 * checkpoint or the pauses are used up, as where a checkpoint has no rows. One look waits at most:
 * checkpoints that complete meanwhile are looked for by the same one. Safe for use by many threads,
 * none of which waits for a probe.
 */
final class SinkWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SinkWatch.class);
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20));

    private final JobID job;
    private final Map<String, SinkProbe> probes;
    private final Teller teller;
    private final ScheduledExecutorService timer;
    private final Map<String, Long> told = new HashMap<>(); // the timer's thread alone
    private boolean failureLogged; // the timer's thread alone
    private long newest = -1;
    private int looks;
    private boolean closed;
    @Nullable private ScheduledFuture<?> next;

    /** Hears of positions. */
    interface Teller {
        /** A sink has committed. */
        void tell(String sink, SinkProbe.Position position);
    }

    /** Watches in a thread of its own. */
    static SinkWatch start(JobID job, Map<String, SinkProbe> probes, Teller teller) {
        return new SinkWatch(
                job, probes, teller, DaemonThreads.timer(DaemonThreads.named("ledger-sinks")));
    }

    /**
     * Watches in the thread of a timer, and ends it.
     *
     * @param teller is called by that thread
     */
    SinkWatch(
            JobID job,
            Map<String, SinkProbe> probes,
            Teller teller,
            ScheduledExecutorService timer) {
        this.job = job;
        this.probes = Map.copyOf(probes);
        this.teller = teller;
        this.timer = timer;
    }

    /** A checkpoint has completed. */
    synchronized void completed(long checkpoint) {
        if (closed || probes.isEmpty() || checkpoint <= newest) {
            return;
        }
        newest = checkpoint;
        looks = 0;
        if (next == null) {
            schedule();
        }
    }

    /** The job has ended, and with it what sinks had to commit: asks once more, and closes. */
    synchronized void ended() {
        if (!closed && newest >= 0) {
            timer.execute(() -> ask(newest()));
        }
        close();
    }

    /** Looks that wait are given up; one that goes on is not waited for. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (!probes.isEmpty()) {
            timer.execute(this::letGo);
        }
        // What was handed over to be run at once is run.
        timer.shutdown();
    }

    private void letGo() {
        probes.forEach(
                (sink, probe) -> {
                    try {
                        probe.close();
                    } catch (Exception | LinkageError failure) {
                        LOG.debug("Cannot close the probe of sink {}.", sink, failure);
                    }
                });
    }

    private void schedule() {
        if (looks < PAUSES.size() && !closed) {
            next = timer.schedule(this::look, PAUSES.get(looks).toMillis(), TimeUnit.MILLISECONDS);
            looks++;
        } else {
            next = null;
        }
    }

    private void look() {
        long upTo = newest();
        boolean knowsAll = ask(upTo);
        synchronized (this) {
            if (knowsAll && upTo == newest) {
                next = null;
            } else {
                schedule();
            }
        }
    }

    private synchronized long newest() {
        return newest;
    }

    private boolean ask(long upTo) {
        boolean knowsAll = true;
        for (Map.Entry<String, SinkProbe> probe : probes.entrySet()) {
            knowsAll &= ask(probe.getKey(), probe.getValue(), upTo);
        }
        return knowsAll;
    }

    private boolean ask(String sink, SinkProbe probe, long upTo) {
        long known = told.getOrDefault(sink, -1L);
        try {
            for (SinkProbe.Position position : probe.committed(job, known, upTo)) {
                teller.tell(sink, position);
                known = position.checkpoint();
                told.put(sink, known);
            }
        } catch (Exception | LinkageError failure) {
            if (!failureLogged) {
                failureLogged = true;
                LOG.warn("Cannot find out how far sink {} has committed.", sink, failure);
            }
        }
        return known >= upTo;
    }
}
