package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.runs.RunWords;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.Submission;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * Whether a run still lives.
 *
 * <p>The ledger knows the end of most runs. Of the others the Flink is asked that ran them: one
 * that does not know the job, or says that it is over, has ended it. One that does not answer has
 * ended it if nobody listens there any more on this machine, or if the ledger has not heard of the
 * run for long.
 */
final class RunLife {

    private static final int NOT_FOUND = 404;
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Run run;
    private final String address;
    private final boolean isSilent;
    private final Instant now;

    RunLife(Run run, @Nullable Submission submission, Instant now) {
        this.run = run;
        this.address = submission == null ? "" : submission.flink();
        this.isSilent = !RunWords.state(run, now).equals(RunWords.RUNNING);
        this.now = now;
    }

    /** What says that the run may live, the end of a sentence; empty: it does not. */
    Optional<String> sign() {
        if (run.ended() != null) {
            return Optional.empty();
        }
        if (address.isEmpty()) {
            return Optional.of(
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
            return noAnswer(noAnswer);
        }
    }

    private Optional<String> noAnswer(FlinkRestException failure) {
        boolean isGone =
                failure.statusCode() == NOT_FOUND
                        || (failure.isUnreachable() && (isSilent || isOfThisMachine()));
        return isGone
                ? Optional.empty()
                : Optional.of(
                        "it was seen %s ago, and its Flink at %s cannot tell how it is (%s)"
                                .formatted(
                                        RunWords.duration(
                                                java.time.Duration.between(run.lastSeen(), now)),
                                        address,
                                        failure.getMessage()));
    }

    private boolean isOfThisMachine() {
        return THIS_MACHINE.contains(URI.create(address).getHost());
    }
}
