package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flink-gpu runs export}. */
@Command(
        name = "export",
        description = "Print all that the ledger knows of a run as JSON.",
        mixinStandardHelpOptions = true)
final class RunExportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private RunChoice choice;

    @Override
    public Integer call() throws LedgerException {
        PrintWriter out = spec.commandLine().getOut();
        try (RunLedger ledger = choice.open()) {
            Run run = choice.find(ledger);
            out.println(
                    RunJson.whole(
                            run,
                            ledger.submission(run.id()).orElse(null),
                            ledger.history(run.id())));
        }
        out.flush();
        return RunsCommand.OK;
    }
}
