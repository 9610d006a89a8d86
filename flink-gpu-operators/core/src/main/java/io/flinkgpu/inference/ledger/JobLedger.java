package io.flinkgpu.inference.ledger;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerWriter;
import io.flinkgpu.state.ledger.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;

/**
 * The one line of a job to the ledger, which the coordinators of its operators share.
 *
 * <p>It outlives them for some seconds: a restart of the job makes new ones, and the job's last
 * word comes when they are gone. Safe for use by many threads.
 */
final class JobLedger {

    private static final Duration LINGER = Duration.ofSeconds(10);

    private static final Lingering<JobID, JobLedger> OF_JOBS =
            new Lingering<>(
                    DaemonThreads.timer(DaemonThreads.named("job-ledgers")),
                    ledger -> false,
                    JobLedger::close);

    private final RunSettings settings;
    private final LedgerWriter writer;
    @Nullable private WatchedJob job;
    @Nullable private SinkWatch sinks;
    @Nullable private String run;

    private JobLedger(RunSettings settings, LedgerWriter writer) {
        this.settings = settings;
        this.writer = writer;
    }

    /** That of a job, which is made if there is none. */
    static Lingering<JobID, JobLedger>.Share ofJob(
            JobID job, LedgerConfig config, RunSettings settings) {
        return OF_JOBS.acquire(job, () -> new JobLedger(settings, LedgerWriter.start(config)));
    }

    static void release(Lingering<JobID, JobLedger>.Share share) {
        share.release(LINGER);
    }

    /**
     * The adaptive scheduler makes a new graph whenever it starts the job anew.
     *
     * @param classes of the job
     */
    synchronized void watch(ExecutionGraph graph, ClassLoader classes) {
        if (job != null && job.isOf(graph)) {
            return;
        }
        boolean again = job != null;
        WatchedJob watched = new WatchedJob(graph);
        job = watched;
        run = settings.id() == null ? watched.job().id() : settings.id();
        Instant now = Instant.now();
        writer.add(
                new LedgerEntry.RunBegun(
                        run,
                        settings.name() == null ? watched.job().name() : settings.name(),
                        watched.job(),
                        settings.arguments(),
                        now,
                        watched.restoredFrom()
                                .map(path -> new LedgerEntry.Origin(settings.resumedRun(), path))
                                .orElse(null)));
        writer.add(new LedgerEntry.RunSubmitted(run, settings.submission()));
        if (again) {
            event(now, "JobStartedAnew", watched.job().name(), "");
        }
        watchSinks(graph, classes);
        graph.registerJobStatusListener((id, status, millis) -> changed(watched, status, millis));
    }

    private void watchSinks(ExecutionGraph graph, ClassLoader classes) {
        if (sinks != null) {
            sinks.close();
        }
        sinks =
                SinkWatch.start(
                        graph.getJobID(),
                        SinkProbes.of(graph.getJobConfiguration(), classes),
                        (sink, position) ->
                                tell(
                                        id ->
                                                new LedgerEntry.SinkPosition(
                                                        id,
                                                        position.checkpoint(),
                                                        sink,
                                                        position.kind(),
                                                        position.position())));
    }

    /** Tells an entry, unless the run has not begun. */
    synchronized void tell(Function<String, LedgerEntry> entryOfRun) {
        if (run != null) {
            writer.add(entryOfRun.apply(run));
        }
    }

    synchronized void event(Instant time, String kind, String subject, String detail) {
        tell(id -> LedgerEntry.RunEvent.of(id, time, kind, subject, detail));
    }

    /** Tells of all checkpoints that it has not told of. */
    synchronized void checkpointsCompleted() {
        if (job != null) {
            for (LedgerEntry.CheckpointCompleted completed : job.newCheckpoints(run)) {
                writer.add(completed);
                sinks.completed(completed.id());
            }
        }
    }

    /** For how long the oldest entry has waited for the database. */
    Duration lag() {
        return writer.lag();
    }

    /** How many entries were lost. */
    long dropped() {
        return writer.dropped();
    }

    private synchronized void close() {
        if (sinks != null) {
            sinks.close();
        }
        writer.close();
    }

    private synchronized void changed(WatchedJob watched, JobStatus status, long millis) {
        Instant time = Instant.ofEpochMilli(millis);
        if (status == JobStatus.RESTARTING) {
            event(time, "JobRestarting", watched.job().name(), watched.taskFailure());
        } else if (status.isGloballyTerminalState()) {
            checkpointsCompleted();
            sinks.ended();
            RunOutcome outcome = RunOutcome.valueOf(status.name());
            String cause = outcome == RunOutcome.FAILED ? watched.failure() : "";
            tell(id -> new LedgerEntry.RunEnded(id, time, outcome, cause));
        }
    }
}
