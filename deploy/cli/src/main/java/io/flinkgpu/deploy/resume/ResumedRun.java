package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.Submission;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * Tells the ledger of a run that goes on from another one, as soon as Flink has taken its job.
 *
 * <p>The job manager tells the same some time later, or into a ledger of its own: until then a
 * second command would resume the former run once more.
 *
 * @param program null: it is not the former run's, and left to the job manager
 */
record ResumedRun(
        LedgerConfig ledger,
        Run former,
        RestorePoint point,
        JobPlace place,
        @Nullable Program program) {

    /** What the job must be told, so that the ledger knows it as this run. */
    Configuration options() {
        Configuration options = new Configuration();
        options.set(StateRecoveryOptions.SAVEPOINT_PATH, point.path());
        options.set(LedgerOptions.RESUMED_RUN, former.id());
        options.set(LedgerOptions.RUN_NAME, former.begun().name());
        options.set(LedgerOptions.URL, ledger.url().absolute().jdbc());
        if (!ledger.user().isEmpty()) {
            options.set(LedgerOptions.USER, ledger.user());
        }
        return options;
    }

    /** Says so where the ledger cannot be told; the job goes on. */
    void record(JobID job, URI flink, PrintWriter out) {
        if (!former.id().equals(former.begun().job().id())) {
            return; // INVARIANT: the job names its run itself, and continues it.
        }
        try (RunLedger opened = RunLedger.open(ledger)) {
            String id = job.toHexString();
            if (opened.run(id).isEmpty()) {
                opened.record(entries(id, flink));
            }
        } catch (LedgerException away) {
            out.printf(
                    "Cannot tell the %s that job %s goes on from run %s: %s Do not resume that run again.%n",
                    ledger, job, former.id(), away.getMessage());
            out.flush();
        }
    }

    private List<LedgerEntry> entries(String id, URI flink) {
        List<LedgerEntry> entries = new ArrayList<>();
        LedgerEntry.RunBegun begun = former.begun();
        entries.add(
                new LedgerEntry.RunBegun(
                        id,
                        begun.name(),
                        new LedgerEntry.Job(id, begun.job().name()),
                        begun.arguments(),
                        Instant.now(),
                        new LedgerEntry.Origin(former.id(), point.path())));
        if (program != null) {
            entries.add(
                    new LedgerEntry.RunSubmitted(
                            id, new Submission(place.toString(), flink.toString(), program)));
        }
        return entries;
    }
}
