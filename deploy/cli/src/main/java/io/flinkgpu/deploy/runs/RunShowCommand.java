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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu runs show}. */
@Command(
        name = "show",
        description = "Show what a run has done, its checkpoints, and what happened in it.",
        mixinStandardHelpOptions = true)
final class RunShowCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private LedgerLocation location;

    @Parameters(
            paramLabel = "ID|NAME",
            description = "Id of the run, or a name: the newest run of that name.")
    private String idOrName;

    @Override
    public Integer call() throws LedgerException {
        PrintWriter out = spec.commandLine().getOut();
        try (RunLedger ledger = location.open()) {
            Run run = find(ledger, idOrName);
            new RunText(run, ledger.history(run.id()), Instant.now()).print(out);
        }
        out.flush();
        return RunsCommand.OK;
    }

    /**
     * The run of an id or a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Run find(RunLedger ledger, String idOrName) throws LedgerException {
        return ledger.run(idOrName)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Cannot find run '%s': the ledger knows no such id and no such name. './flink-gpu runs' lists them."
                                                .formatted(idOrName)));
    }
}
