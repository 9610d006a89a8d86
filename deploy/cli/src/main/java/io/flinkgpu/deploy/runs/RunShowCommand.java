package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flink-gpu runs show}. */
@Command(
        name = "show",
        description = "Show what a run has done, its checkpoints, and what happened in it.",
        mixinStandardHelpOptions = true)
final class RunShowCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private RunChoice choice;

    @Override
    public Integer call() throws LedgerException {
        PrintWriter out = spec.commandLine().getOut();
        try (RunLedger ledger = choice.open()) {
            Run run = choice.find(ledger);
            new RunText(
                            run,
                            ledger.submission(run.id()).orElse(null),
                            ledger.history(run.id()),
                            Instant.now())
                    .print(out);
        }
        out.flush();
        return RunsCommand.OK;
    }
}
