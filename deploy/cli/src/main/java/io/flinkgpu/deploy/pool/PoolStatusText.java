package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ServedModel;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Pools and their replicas as tables for a terminal. */
final class PoolStatusText {

    private static final List<String> HEADER =
            List.of(
                    "REPLICA", "NODE", "DEVICE", "STATE", "MODELS", "WAITING", "RUNNING", "ROWS",
                    "ROWS/S");

    private PoolStatusText() {}

    static void print(List<PoolStatus> statuses, PrintWriter out) {
        if (statuses.isEmpty()) {
            out.println("No pool runs.");
        }
        String separator = "";
        for (PoolStatus status : statuses) {
            out.print(separator);
            print(status, out);
            separator = System.lineSeparator();
        }
    }

    private static void print(PoolStatus status, PrintWriter out) {
        out.printf("Pool %s: %s%s%n", status.address(), lowerCase(status.state()), counts(status));
        status.problem().ifPresent(out::println);
        if (!status.replicas().isEmpty()) {
            TextTable.print(
                    out,
                    HEADER,
                    status.replicas().stream()
                            .sorted(Comparator.comparing(replica -> replica.address().toString()))
                            .map(PoolStatusText::row));
        }
    }

    private static String counts(PoolStatus status) {
        if (!status.size().isKnown()) {
            return "";
        }
        return ", %d of %d replicas ready%s%s"
                .formatted(
                        status.ready(),
                        status.size().replicas(),
                        limits(status.size()),
                        status.problem().isEmpty() && !status.complete()
                                ? ", some have yet to report or to load"
                                : "");
    }

    private static String limits(PoolSize size) {
        return size.hasLimits()
                ? " (%d to %d)".formatted(size.minReplicas(), size.maxReplicas())
                : "";
    }

    private static List<String> row(Replica replica) {
        ReplicaLoad load = replica.load();
        return List.of(
                replica.address().toString(),
                replica.node(),
                replica.device().toString(),
                lowerCase(replica.state()),
                models(replica),
                Integer.toString(load.waitingRows()),
                Integer.toString(load.runningRows()),
                Long.toString(load.rowsServed()),
                String.format(Locale.ROOT, "%.1f", load.rowsPerSecond()));
    }

    private static String models(Replica replica) {
        String models =
                replica.models().stream()
                        .map(ServedModel::toString)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return models.isEmpty() ? "-" : models;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
