package io.flinkgpu.deploy.health;

import io.flinkgpu.inference.health.NodeBlock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu blocklist add}. */
@Command(
        name = "add",
        description =
                "Have Flink place nothing new on a node for a while; what runs there goes on. It cannot be taken back before its time.",
        mixinStandardHelpOptions = true)
final class BlocklistAddCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private HealthLocation location;

    @Parameters(
            paramLabel = "NODE",
            description =
                    "The node as Flink names it: the task managers' host, or their internal.taskmanager.node-id.")
    private String node;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1 h",
            description = "How long, such as '30 min' (default: 1 h).")
    private String time;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "blocked by hand",
            description = "Why, for people.")
    private String reason;

    @Override
    public Integer call() throws InterruptedException {
        NodeBlock block =
                new NodeBlock(
                        node, reason, Instant.now().plus(length()).truncatedTo(ChronoUnit.SECONDS));
        try (ClusterHealth blocklists = location.open()) {
            ClusterHealth.Keeper keeper = blocklists.add(block);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "Node '%s' is blocked until %s; job '%s' keeps the block.%n",
                            block.node(), block.until(), keeper.jobName());
        }
        spec.commandLine().getOut().flush();
        return BlocklistCommand.OK;
    }

    private Duration length() {
        Duration length;
        try {
            length = TimeUtils.parseDuration(time);
        } catch (RuntimeException invalid) {
            throw new IllegalArgumentException(
                    "Invalid --for: %s. It must look like '30 min'.".formatted(time), invalid);
        }
        if (length.isZero() || length.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid --for: %s. It must be above zero.".formatted(time));
        }
        return length;
    }
}
