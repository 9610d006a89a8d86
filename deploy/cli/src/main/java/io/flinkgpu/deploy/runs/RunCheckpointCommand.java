package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
            out.println(newestUsable(run, paths(run, ledger)));
        }
        out.flush();
        return RunsCommand.OK;
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

    private String newestUsable(Run run, List<String> paths) {
        for (String path : paths) {
            Optional<String> problem = CheckpointFiles.problem(path);
            if (problem.isEmpty()) {
                return path;
            }
            say("Checkpoint %s cannot be used: %s.".formatted(path, problem.get()));
        }
        throw new IllegalStateException(
                "Cannot go on from run %s: none of its %d checkpoints can be used."
                        .formatted(run.id(), paths.size()));
    }

    /** The newest first; in the end the one that the run was itself resumed from. */
    private static List<String> paths(Run run, RunLedger ledger) throws LedgerException {
        List<String> paths = new ArrayList<>();
        ledger.history(run.id()).checkpoints().stream()
                .map(LedgerEntry.CheckpointCompleted::path)
                .forEach(paths::add);
        Collections.reverse(paths);
        if (run.begun().origin() != null) {
            paths.add(run.begun().origin().checkpoint());
        }
        return paths;
    }

    /** On the standard error: the standard output is the path alone. */
    private void say(String message) {
        spec.commandLine().getErr().println(message);
    }
}
