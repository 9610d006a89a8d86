package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu runs}: the newest runs of the ledger. */
@Command(
        name = "runs",
        description = "List the newest runs that the ledger knows, or show or export one of them.",
        mixinStandardHelpOptions = true,
        subcommands = {RunShowCommand.class, RunExportCommand.class, RunCheckpointCommand.class})
@Internal
public final class RunsCommand implements Callable<Integer> {

    static final int OK = 0;

    private static final long WATCH_SECONDS = 2;

    /** Clears the screen and moves to its upper left corner (ECMA-48: ED, then CUP). */
    private static final String CLEAR = "\033[2J\033[H";

    @Spec private CommandSpec spec;
    @Mixin private LedgerLocation location;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Most runs that are listed (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--watch",
            description = {
                "List them again every "
                        + WATCH_SECONDS
                        + " seconds, until the last that runs has ended.",
                "Where none runs yet, wait for one."
            })
    private boolean watch;

    @Option(names = "--json", description = "Print JSON, one line each time.")
    private boolean json;

    private final InstantSource clock;
    private final Pause pause;

    /** Waits for some time. */
    @FunctionalInterface
    interface Pause {
        void await(Duration time) throws LedgerException, InterruptedException;
    }

    /** The command of a terminal. */
    public RunsCommand() {
        this(InstantSource.system(), time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }

    /**
     * With another time.
     *
     * @param pause between two lists
     */
    RunsCommand(InstantSource clock, Pause pause) {
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public Integer call() throws LedgerException, InterruptedException {
        try (RunLedger ledger = location.open()) {
            boolean haveRun = false;
            boolean run = list(ledger);
            while (watch && (run || !haveRun)) {
                haveRun |= run;
                pause.await(Duration.ofSeconds(WATCH_SECONDS));
                run = list(ledger);
            }
        }
        return OK;
    }

    /** Whether one of those that are listed runs. */
    private boolean list(RunLedger ledger) throws LedgerException {
        Instant now = clock.instant();
        List<Run> runs = ledger.runs(limit);
        print(runs, now);
        return runs.stream().anyMatch(run -> RunWords.state(run, now).equals(RunWords.RUNNING));
    }

    private void print(List<Run> runs, Instant now) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(RunJson.list(runs));
        } else {
            out.print(watch && isOnTerminal() ? CLEAR : "");
            RunsText.print(runs, now, out);
        }
        out.flush();
    }

    @SuppressWarnings("SystemConsoleNull") // true from Java 22 on; this runs on Java 17 alone
    private static boolean isOnTerminal() {
        return System.console() != null;
    }
}
