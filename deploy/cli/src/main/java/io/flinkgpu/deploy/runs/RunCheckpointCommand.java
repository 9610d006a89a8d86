package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu runs checkpoint}. */
@Command(
        name = "checkpoint",
        description = {
            "Print the path of the newest checkpoint of a run that can be restored: its files are",
            "there and can be read. Fit for: flink run -s $(./flink-gpu runs checkpoint NAME) ..."
        },
        mixinStandardHelpOptions = true)
final class RunCheckpointCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private RunChoice choice;

    @Option(
            names = "--even-if-running",
            description = "Do not mind that the run goes on: to start a second job from it.")
    private boolean evenIfRunning;

    @Override
    public Integer call() throws LedgerException {
        PrintWriter out = spec.commandLine().getOut();
        try (RunLedger ledger = choice.open()) {
            Run run = choice.find(ledger);
            refuseIfItRuns(run);
            out.println(newestUsable(run, ledger).path());
        }
        out.flush();
        return RunsCommand.OK;
    }

    private RestorePoint newestUsable(Run run, RunLedger ledger) throws LedgerException {
        RunHistory history = ledger.history(run.id());
        RestoreChoice choice = RestorePoints.of(run, history, ledger).newestUsable(this::say);
        choice.doubt(history)
                .ifPresent(
                        doubt -> {
                            throw new IllegalStateException(
                                    "Cannot go on from run %s without doing its work again: %s. The one before is %s."
                                            .formatted(run.id(), doubt, choice.point().path()));
                        });
        return choice.point();
    }

    private void refuseIfItRuns(Run run) {
        String state = RunWords.state(run, Instant.now());
        if (state.equals(RunWords.RUNNING) && !evenIfRunning) {
            throw new IllegalStateException(
                    "Cannot go on from run %s: it runs, and was last seen at %s. Stop its job first, or give --even-if-running to start a second one."
                            .formatted(run.id(), RunWords.time(run.lastSeen())));
        }
        if (run.ended() == null) {
            say(
                    "The ledger knows no end of run %s (%s): make sure that its job is gone."
                            .formatted(run.id(), state));
        }
    }

    /** On the standard error: the standard output is the path alone. */
    private void say(String message) {
        spec.commandLine().getErr().println(message);
    }
}
