package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.job.PlaceOptions;
import io.flinkgpu.deploy.runs.RedoneWork;
import io.flinkgpu.deploy.runs.RestoreChoice;
import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.deploy.runs.RestorePoints;
import io.flinkgpu.deploy.runs.RunChoice;
import io.flinkgpu.deploy.runs.RunWords;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import io.flinkgpu.state.ledger.Submission;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu resume}: goes on with a run from its newest checkpoint. */
@Command(
        name = "resume",
        description = {
            "Go on with a run that failed, was cancelled or was killed, from its newest checkpoint.",
            "The same program with the same arguments is submitted again to where it ran.",
            "Variables of the environment that its job file refers to must be set as they were."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@Internal
public final class ResumeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private RunChoice choice;
    @Mixin private PlaceOptions where;

    @Option(names = "--here", description = "Run it in this process, wherever it ran before.")
    private boolean here;

    @Option(
            names = "--from",
            paramLabel = "ID|PATH",
            description = "Go on from this checkpoint or savepoint instead of the newest one.")
    private String from;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = {
                "Another number of subtasks, of each element that names none itself.",
                "Default: the run's; of a jar that of its widest stage."
            })
    private Integer parallelism;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A variable of the job file in place of the run's; may be repeated.")
    private Map<String, String> variables = new TreeMap<>();

    @Option(
            names = "--force",
            description = {
                "Do not mind that the run may live, was resumed before, or has committed",
                "checkpoints that are newer than the one that can be used."
            })
    private boolean force;

    @Override
    public Integer call() throws Exception {
        Resumption resumption;
        try (RunLedger ledger = choice.open()) {
            resumption = resumption(ledger);
        }
        resumption.submit(spec.commandLine().getOut());
        return 0;
    }

    private Resumption resumption(RunLedger ledger) throws LedgerException {
        Run run = choice.find(ledger);
        Submission submission = ledger.submission(run.id()).orElse(null);
        refuse(run, submission, ledger);
        RestorePoint point = restorePoint(run, ledger);
        say("Going on from %s.".formatted(point));
        describe(run, point, ledger);
        Program program = submission == null ? null : submission.program();
        JobPlace place = place(submission);
        return new Resumption(
                run,
                program,
                point,
                place,
                where,
                new Resumption.Changes(parallelism, variables),
                new ResumedRun(
                        choice.ledger(), run, point, place, variables.isEmpty() ? program : null));
    }

    private void refuse(Run run, @Nullable Submission submission, RunLedger ledger)
            throws LedgerException {
        if (run.ended() != null && run.ended().outcome() == RunOutcome.FINISHED) {
            throw new IllegalStateException(
                    "Cannot resume run %s: it has finished, and there is nothing left to do."
                            .formatted(run.id()));
        }
        Optional<String> life =
                new RunLife(run, submission, choice.ledger().url().isSqlite(), Instant.now())
                        .sign();
        if (life.isPresent() && !force) {
            throw new IllegalStateException(
                    "Cannot resume run %s: %s. Cancel its job first, or give --force if it is gone."
                            .formatted(run.id(), life.get()));
        }
        List<Run> later = ledger.resumedFrom(run.id());
        if (!later.isEmpty() && !force) {
            Run newest = later.get(later.size() - 1);
            throw new IllegalStateException(
                    "Cannot resume run %s: run %s (%s) goes on from it already. Resume that one, or give --force to do its work again."
                            .formatted(
                                    run.id(), newest.id(), RunWords.state(newest, Instant.now())));
        }
    }

    private RestorePoint restorePoint(Run run, RunLedger ledger) throws LedgerException {
        RunHistory history = ledger.history(run.id());
        RestorePoints points = RestorePoints.of(run, history, ledger);
        if (from != null) {
            return points.named(from);
        }
        if (points.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot resume run %s: it has completed no checkpoint. Start it anew with './flink-gpu run'."
                            .formatted(run.id()));
        }
        RestoreChoice usable = points.newestUsable(this::say);
        Optional<String> doubt = usable.doubt(history);
        if (doubt.isPresent() && !force) {
            String before = usable.point().idOrPath();
            throw new IllegalStateException(
                    "Cannot resume run %s without doing its work again: %s. Try again later, or take back what sinks have committed after %s and give './flink-gpu resume %s --from %s', or --force."
                            .formatted(run.id(), doubt.get(), usable.point(), run.id(), before));
        }
        return usable.point();
    }

    /** The checkpoint may be that of the run before. */
    private void describe(Run run, RestorePoint point, RunLedger ledger) throws LedgerException {
        LedgerEntry.CheckpointCompleted checkpoint = point.checkpoint();
        String id = checkpoint == null ? run.id() : checkpoint.run();
        Run owner = id.equals(run.id()) ? run : ledger.run(id).orElse(run);
        new RedoneWork(run, ledger.history(run.id()), point, owner, ledger.history(owner.id()))
                .describe(Instant.now())
                .forEach(line -> say("  " + line));
    }

    /** As asked, or as the run was. */
    private JobPlace place(@Nullable Submission submission) {
        if (here) {
            return JobPlace.HERE;
        }
        Optional<JobPlace> asked = where.asked();
        if (asked.isPresent()) {
            return asked.get();
        }
        if (submission != null && !submission.place().isEmpty()) {
            return JobPlace.parse(submission.place());
        }
        return submission == null || submission.flink().isEmpty()
                ? JobPlace.HERE
                : JobPlace.flink(URI.create(submission.flink()));
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
