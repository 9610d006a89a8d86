package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.observe.SourceRows;
import io.flinkgpu.deploy.run.AttendedRun;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.inference.process.Stopwatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/**
 * Follows a job of any shape to its end, with a line every few seconds.
 *
 * <p>Interrupted or ended by a signal, it cancels the job.
 */
@Internal
public final class JobFollower {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final long UNKNOWN = -1;

    private final JobRun job;
    private final PrintWriter out;
    private final Stopwatch time = Stopwatch.start();
    private long rows = UNKNOWN;

    /** Follows a job that has been submitted. */
    public JobFollower(JobRun job, PrintWriter out) {
        this.job = job;
        this.out = out;
    }

    /**
     * Waits for the job's end.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    public void follow() throws InterruptedException {
        AttendedRun attended = new AttendedRun(job);
        attended.await(INTERVAL, this::look);
        attended.look(() -> say("finished"));
    }

    private void look() {
        say(job.status().name().toLowerCase(Locale.ROOT));
    }

    private void say(String state) {
        OptionalLong made = SourceRows.read(job);
        made.ifPresent(known -> rows = Math.max(rows, known));
        // Flink forgets the metrics of a job that has ended: what is left is what was seen of it.
        String sources = made.isPresent() ? "rows from sources" : "rows from sources at least";
        out.printf(
                Locale.ROOT,
                "%5.1f s  %s%s  checkpoints %d%n",
                time.nanos() / 1e9,
                state,
                rows < 0 ? "" : String.format(Locale.ROOT, "  %s %,d", sources, rows),
                job.completedCheckpoints());
        out.flush();
    }
}
