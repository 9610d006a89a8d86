package io.flinkgpu.deploy.pool;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu pool status}. */
@Command(
        name = "status",
        description = "Show pools and their replicas.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every pool has all its replicas ready", "1:one has not, or none runs"})
final class PoolStatusCommand implements Callable<Integer> {

    private static final long WATCH_SECONDS = 2;

    /** Clears the screen and moves to its upper left corner (ECMA-48: ED, then CUP). */
    private static final String CLEAR = "\033[2J\033[H";

    @Spec private CommandSpec spec;
    @Mixin private PoolLocation location;

    @Option(names = "--name", paramLabel = "NAME", description = "The pool (default: all).")
    private String name;

    @Option(
            names = "--watch",
            description = "Show it again every " + WATCH_SECONDS + " seconds, until interrupted.")
    private boolean watch;

    @Option(names = "--json", description = "Print JSON, one line each time.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        try (Pools pools = new Pools(location.rest())) {
            List<PoolStatus> statuses = show(pools);
            while (watch) {
                TimeUnit.SECONDS.sleep(WATCH_SECONDS);
                statuses = show(pools);
            }
            boolean ready =
                    !statuses.isEmpty() && statuses.stream().allMatch(PoolStatus::isSettled);
            return ready ? PoolCommand.OK : PoolCommand.NOT_READY;
        }
    }

    private List<PoolStatus> show(Pools pools) throws InterruptedException {
        List<PoolStatus> statuses = statuses(pools, name);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PoolStatusJson.of(statuses));
        } else {
            out.print(watch && isOnTerminal() ? CLEAR : "");
            PoolStatusText.print(statuses, out);
        }
        out.flush();
        return statuses;
    }

    private static List<PoolStatus> statuses(Pools pools, @Nullable String name)
            throws InterruptedException {
        List<PoolStatus> statuses = new ArrayList<>();
        for (String pool : name == null ? pools.names() : List.of(name)) {
            statuses.add(pools.status(pool));
        }
        return statuses;
    }

    @SuppressWarnings("SystemConsoleNull") // true from Java 22 on; this runs on Java 17 alone
    private static boolean isOnTerminal() {
        return System.console() != null;
    }
}
