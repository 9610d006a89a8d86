package io.flinkgpu.deploy.pool;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu pool scale}. */
@Command(
        name = "scale",
        description = "Change the number of replicas of a running pool.",
        mixinStandardHelpOptions = true)
final class PoolScaleCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private PoolLocation location;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The pool.")
    private String name;

    @Option(
            names = "--replicas",
            required = true,
            paramLabel = "N",
            description = "Replicas from --min to --max of the pool's start.")
    private int replicas;

    @Option(names = "--no-wait", description = "Do not wait for the replicas.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the replicas (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = PoolCommand.DEFAULT_TIMEOUT_SECONDS;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Pools pools = new Pools(location.rest())) {
            PoolStatus before = pools.status(name);
            ReadyWait wait =
                    new ReadyWait(pools, out, Duration.ofSeconds(timeoutSeconds))
                            .forgetFailures(before.job());
            pools.scale(name, replicas);
            out.printf(
                    "Scaling pool '%s' from %d to %d replicas.%n",
                    name, before.size().replicas(), replicas);
            out.flush();
            if (!noWait) {
                wait.await(name, before.job());
            }
        }
        return PoolCommand.OK;
    }
}
