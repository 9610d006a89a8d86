package io.flinkgpu.deploy.pool;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu pool stop}. */
@Command(
        name = "stop",
        description =
                "Stop a pool. Its servers finish what they have and go after their linger time; the task managers stay.",
        mixinStandardHelpOptions = true)
final class PoolStopCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private PoolLocation location;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The pool.")
    private String name;

    @Override
    public Integer call() {
        try (Pools pools = new Pools(location.rest())) {
            pools.stop(name);
        }
        spec.commandLine().getOut().printf("Stopping pool '%s'.%n", name);
        spec.commandLine().getOut().flush();
        return PoolCommand.OK;
    }
}
