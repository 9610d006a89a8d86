package io.flinkgpu.inference.health;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
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

    private static final Lingering<Key, Latest<Entry>> OF_JOBS =
            new Lingering<>(
                    DaemonThreads.timer(DaemonThreads.named("fault-logs")),
                    faults -> false,
                    faults -> {});

    private final Latest<Entry> latest;
    private final Runnable release;
    private volatile Consumer<Entry> listener = entry -> {};

    private FaultLog(Latest<Entry> latest, Runnable release) {
        this.latest = latest;
        this.release = release;
    }

    /** A log of its own, for tests; coordinators use {@link #ofJob}. */
    public FaultLog() {
        this(new Latest<>(REMEMBERED), () -> {});
    }

    /** That of an operator; kept for ten minutes after the last user has closed it. */
    public static FaultLog ofJob(JobID job, OperatorID operator) {
        Lingering<Key, Latest<Entry>>.Share share =
                OF_JOBS.acquire(new Key(job, operator), () -> new Latest<>(REMEMBERED));
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
        Entry entry = new Entry(time, node, event);
        latest.add(entry);
        listener.accept(entry);
    }

    /** Has a listener hear of each fault from here on; any thread, must return at once. */
    public void listen(Consumer<Entry> newListener) {
        listener = newListener;
    }

    /** What is remembered. */
    public Response latest() {
        return new Response(latest.all());
    }

    /** Lets go of the log; the second time does nothing. */
    @Override
    public void close() {
        release.run();
    }

    private record Key(JobID job, OperatorID operator) {}
}
