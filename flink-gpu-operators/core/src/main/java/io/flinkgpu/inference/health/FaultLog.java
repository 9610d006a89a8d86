package io.flinkgpu.inference.health;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The latest faults of all processes in which an operator runs, as its coordinator knows them.
 *
 * <p>A restart of the job may replace the coordinator: the next one finds the log as it was. It
 * ends with the job manager. Safe for use by many threads.
 */
@Internal
public final class FaultLog implements AutoCloseable {

    private static final int REMEMBERED = 1000;
    private static final Duration LINGER = Duration.ofMinutes(10);

    private static final Lingering<Key, Entries> OF_JOBS =
            new Lingering<>(
                    DaemonThreads.timer(DaemonThreads.named("fault-logs")),
                    entries -> false,
                    entries -> {});

    private final Entries entries;
    private final Runnable release;

    private FaultLog(Entries entries, Runnable release) {
        this.entries = entries;
        this.release = release;
    }

    /** A log of its own, for tests; coordinators use {@link #ofJob}. */
    public FaultLog() {
        this(new Entries(), () -> {});
    }

    /** That of an operator; kept for ten minutes after the last user has closed it. */
    public static FaultLog ofJob(JobID job, OperatorID operator) {
        Lingering<Key, Entries>.Share share = OF_JOBS.acquire(new Key(job, operator), Entries::new);
        return new FaultLog(share.value(), () -> share.release(LINGER));
    }

    /**
     * A fault and where it happened.
     *
     * @param node of the process that noticed it
     */
    public record Entry(Instant time, String node, FaultEvent event) implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    /**
     * The answer to {@link HealthRequests.ListFaults}: the faults, in the order of their arrival.
     */
    public record Response(List<Entry> faults) implements CoordinationResponse {

        private static final long serialVersionUID = 1L;

        /** Copies the faults. */
        public Response {
            faults = List.copyOf(faults);
        }
    }

    /**
     * A subtask tells its coordinator of the faults of its process.
     *
     * @param node of the process, see {@link NodeId}
     * @param faults the oldest first
     */
    public record Report(String node, List<FaultEvents.TimedFault> faults)
            implements OperatorEvent {

        private static final long serialVersionUID = 1L;

        /** Copies the faults. */
        public Report {
            faults = List.copyOf(faults);
        }
    }

    /** Remembers what a subtask reports; of more than 1000 faults the oldest are forgotten. */
    public void add(Report report) {
        report.faults().forEach(fault -> add(fault.time(), report.node(), fault.event()));
    }

    /** Remembers what the coordinator noticed or did itself. */
    void add(Instant time, String node, FaultEvent event) {
        entries.add(new Entry(time, node, event));
    }

    /** What is remembered. */
    public Response latest() {
        return new Response(entries.all());
    }

    /** Lets go of the log; the second time does nothing. */
    @Override
    public void close() {
        release.run();
    }

    private record Key(JobID job, OperatorID operator) {}

    /** What is remembered, whoever looks. */
    private static final class Entries {

        private final ArrayDeque<Entry> latest = new ArrayDeque<>();

        private synchronized void add(Entry entry) {
            if (latest.size() == REMEMBERED) {
                latest.removeFirst();
            }
            latest.addLast(entry);
        }

        private synchronized List<Entry> all() {
            return List.copyOf(latest);
        }
    }
}
