package io.flinkgpu.deploy.health;

import io.flinkgpu.inference.health.NodeBlock;
import java.util.List;
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
                "Have a device used again before its time. Of a node, say when its block ends: Flink ends none early, so that this cannot either.",
        mixinStandardHelpOptions = true)
final class BlocklistRemoveCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private HealthLocation location;

    @Parameters(
            paramLabel = "DEVICE|NODE",
            description = "The device, or the node, as 'blocklist list' shows it.")
    private String subject;

    @Override
    public Integer call() throws InterruptedException {
        try (ClusterHealth blocklists = location.open()) {
            List<ClusterHealth.Keeper> keepers = blocklists.list();
            Optional<NodeBlock> node =
                    keepers.stream()
                            .flatMap(keeper -> keeper.blocks().nodes().stream())
                            .filter(block -> block.node().equals(subject))
                            .findFirst();
            if (node.isPresent()) {
                return refuse(node.get());
            }
            return unblock(blocklists, keepers);
        }
    }

    /** Coordinators forget devices when their job is restored, so that all jobs are told. */
    private int unblock(ClusterHealth blocklists, List<ClusterHealth.Keeper> keepers)
            throws InterruptedException {
        if (keepers.isEmpty()) {
            throw new HealthException(
                    "Cannot remove '%s': no job with an inference stage or a pool runs there."
                            .formatted(subject));
        }
        for (ClusterHealth.Keeper keeper : keepers) {
            blocklists.unblock(keeper, subject);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "The tasks of job '%s' have been told to use device '%s' again, if their process has it blocked; a block of its node stays.%n",
                            keeper.jobName(), subject);
        }
        spec.commandLine().getOut().flush();
        return BlocklistCommand.OK;
    }

    private int refuse(NodeBlock block) {
        spec.commandLine()
                .getErr()
                .printf(
                        "Cannot remove node '%s' before its time, which is %s: Flink 2.3 ends no block early. To use the node at once, stop the jobs that keep the block and restart the job manager, which forgets its blocklist.%n",
                        block.node(), block.until());
        spec.commandLine().getErr().flush();
        return BlocklistCommand.REFUSED;
    }
}
