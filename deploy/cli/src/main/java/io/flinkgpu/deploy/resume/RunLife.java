package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.runs.RunWords;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.Submission;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * Whether a run still lives.
 *
 * <p>The Flink that ran it is asked, even where the ledger knows an end: the adaptive scheduler
 * ends a run whenever it starts the job anew. One that does not know the job, or says that it is
 * over, has ended it. One that does not answer has ended it if the ledger says so, if nobody
 * listens there any more on this machine, or if nobody listens and the ledger has not heard of the
 * run for long.
 *
 * <p>An address such as {@code localhost} is that of this machine only if the ledger is a file of
 * it.
 */
final class RunLife {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Run run;
    private final String address;
    private final boolean isLedgerLocal;
    private final boolean isSilent;
    private final Instant now;

    /**
     * Asks nobody yet.
     *
     * @param isLedgerLocal whether the ledger is a file, which the run's job manager writes
     */
    RunLife(Run run, @Nullable Submission submission, boolean isLedgerLocal, Instant now) {
        this.run = run;
        this.address = submission == null ? "" : submission.flink();
        this.isLedgerLocal = isLedgerLocal;
        this.isSilent = !RunWords.state(run, now).equals(RunWords.RUNNING);
        this.now = now;
    }

    /** What says that the run may live, the end of a sentence; empty: it does not. */
    Optional<String> sign() {
        if (address.isEmpty()) {
            return run.ended() != null
                    ? Optional.empty()
                    : Optional.of(
                            "it tells no end, was last seen at %s, and the ledger does not know the Flink that runs it"
                                    .formatted(RunWords.time(run.lastSeen())));
        }
        try {
            JobStatus status =
                    new FlinkRestClient(URI.create(address))
                            .status(JobID.fromHexString(run.begun().job().id()));
            return status.isGloballyTerminalState()
                    ? Optional.empty()
                    : Optional.of(
                            "its job %s is %s at %s"
                                    .formatted(run.begun().job().id(), status, address));
        } catch (FlinkRestException noAnswer) {
            return isGone(noAnswer) ? Optional.empty() : Optional.of(cannotTell(noAnswer));
        }
    }

    private boolean isGone(FlinkRestException failure) {
        if (run.ended() != null) {
            return true;
        }
        boolean isLoopback = LOOPBACK.contains(URI.create(address).getHost());
        if (failure.isNotFound()) {
            return isSilent || !isLoopback || isLedgerLocal;
        }
        return failure.isRefused() && (isSilent || (isLoopback && isLedgerLocal));
    }

    private String cannotTell(FlinkRestException failure) {
        return "it was seen %s ago, and its Flink at %s cannot tell how it is (%s)"
                .formatted(
                        RunWords.duration(Duration.between(run.lastSeen(), now)),
                        address,
                        failure.getMessage());
    }
}
