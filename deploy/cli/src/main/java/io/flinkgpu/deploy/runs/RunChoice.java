package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The run that a command is about, and the ledger that knows it. */
@Internal
public final class RunChoice {

    @Mixin private LedgerLocation location;

    @Parameters(
            paramLabel = "ID|NAME",
            description = "Id of the run, or a name: the newest run of that name.")
    private String idOrName;

    /** Opens the ledger; see {@code LedgerLocation}. */
    public RunLedger open() throws LedgerException {
        return location.open();
    }

    /** The ledger that {@link #open} opens. */
    public LedgerConfig ledger() {
        return location.config(System.getenv());
    }

    /**
     * The run in that ledger.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Run find(RunLedger ledger) throws LedgerException {
        return ledger.run(idOrName)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Cannot find run '%s': the ledger knows no such id and no such name. './flink-gpu runs' lists them."
                                                .formatted(idOrName)));
    }
}
