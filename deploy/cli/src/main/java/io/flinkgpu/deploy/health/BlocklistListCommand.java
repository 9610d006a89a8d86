package io.flinkgpu.deploy.health;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.inference.health.BlocklistResponse;
import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.resources.lease.DeviceBlock;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flink-gpu blocklist list}. */
@Command(
        name = "list",
        description = "Show what is blocked, why and until when.",
        mixinStandardHelpOptions = true)
final class BlocklistListCommand implements Callable<Integer> {

    private static final List<String> HEADER =
            List.of("LEVEL", "NODE", "DEVICE", "UNTIL", "JOB", "CAUSE");

    @Spec private CommandSpec spec;
    @Mixin private HealthLocation location;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (ClusterHealth blocklists = location.open()) {
            List<List<String>> rows = rows(blocklists);
            if (rows.isEmpty()) {
                out.println("Nothing is blocked.");
            } else {
                TextTable.print(out, HEADER, rows.stream());
            }
            out.println(
                    "Replicas are ejected by each task manager of a pipeline for itself: see its metrics inference.faults.replicaEjected.");
        }
        out.flush();
        return BlocklistCommand.OK;
    }

    private static List<List<String>> rows(ClusterHealth health) throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ClusterHealth.Keeper keeper : health.list()) {
            for (NodeBlock block : keeper.blocks().nodes()) {
                known.add(block.node());
                List<String> subject = List.of("node", block.node(), "-");
                rows.add(row(subject, block.until(), keeper, block.cause()));
            }
            for (BlocklistResponse.BlockedDevice device : keeper.blocks().devices()) {
                DeviceBlock block = device.block();
                List<String> subject = List.of("device", device.node(), block.device());
                rows.add(row(subject, block.until(), keeper, block.cause()));
            }
        }
        health.blockedTaskManagers().stream()
                .filter(taskManager -> !known.contains(taskManager))
                .forEach(taskManager -> rows.add(unexplained(taskManager)));
        return rows;
    }

    private static List<String> unexplained(String taskManager) {
        return List.of(
                "node",
                "of " + taskManager,
                "-",
                "not known",
                "-",
                "Flink has it blocked; Flink does not tell why or until when.");
    }

    private static List<String> row(
            List<String> subject, Instant until, ClusterHealth.Keeper keeper, String cause) {
        List<String> row = new ArrayList<>(subject);
        row.add(until.toString());
        row.add(keeper.jobName());
        row.add(cause);
        return row;
    }
}
