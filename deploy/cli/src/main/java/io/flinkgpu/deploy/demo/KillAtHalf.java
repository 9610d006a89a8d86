package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.observe.Progress;
import java.io.PrintWriter;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * Kills one GPU task manager with SIGKILL when half of the rows are done.
 *
 * <p>Not thread-safe.
 */
final class KillAtHalf {

    private static final String VICTIM = "gpu-2";

    private final LocalCluster poolCluster;
    private final long afterRows;
    private final PrintWriter out;
    @Nullable private Kill kill;

    /**
     * A process that was killed.
     *
     * @param rowsDone rows that had been written by then
     */
    record Kill(String taskManager, long pid, long rowsDone) {}

    KillAtHalf(LocalCluster poolCluster, long totalRows, PrintWriter out) {
        this.poolCluster = poolCluster;
        this.afterRows = totalRows / 2;
        this.out = out;
    }

    /** Kills if it is time to. */
    void progressed(Progress progress) {
        if (kill != null || progress.rowsDone() < afterRows) {
            return;
        }
        long pid = poolCluster.kill(VICTIM).pid();
        kill = new Kill(VICTIM, pid, progress.rowsDone());
        out.printf("%nKilled %s (process %d) after %,d rows.%n", VICTIM, pid, progress.rowsDone());
        out.flush();
    }

    /** What was killed; empty if the run was over before. */
    Optional<Kill> kill() {
        return Optional.ofNullable(kill);
    }
}
