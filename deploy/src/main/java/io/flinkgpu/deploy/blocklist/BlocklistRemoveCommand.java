package io.flinkgpu.deploy.blocklist;

import io.flinkgpu.inference.blocklist.NodeBlock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu blocklist remove}, which says what Flink does not allow. */
@Command(
        name = "remove",
        description =
                "Say when the block of a node ends. Flink ends none before its time, so that this cannot either.",
        mixinStandardHelpOptions = true)
final class BlocklistRemoveCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BlocklistLocation location;

    @Parameters(paramLabel = "NODE", description = "The node as 'blocklist list' shows it.")
    private String node;

    @Override
    public Integer call() throws InterruptedException {
        try (Blocklists blocklists = location.open()) {
            Optional<NodeBlock> found =
                    blocklists.list().stream()
                            .flatMap(keeper -> keeper.blocks().nodes().stream())
                            .filter(block -> block.node().equals(node))
                            .findFirst();
            if (found.isEmpty()) {
                throw new BlocklistException(
                        "Cannot remove node '%s': no job of the cluster has had it blocked. 'flink-gpu blocklist list' shows what is."
                                .formatted(node));
            }
            spec.commandLine()
                    .getErr()
                    .printf(
                            "Cannot remove node '%s' before its time, which is %s: Flink 2.3 ends no block early. To use the node at once, stop the jobs that keep the block and restart the job manager, which forgets its blocklist.%n",
                            node, found.get().until());
            spec.commandLine().getErr().flush();
        }
        return BlocklistCommand.REFUSED;
    }
}
