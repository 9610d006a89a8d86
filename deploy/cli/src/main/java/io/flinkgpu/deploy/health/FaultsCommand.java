package io.flinkgpu.deploy.health;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.inference.health.FaultFields;
import io.flinkgpu.inference.health.FaultLog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flink-gpu faults}: what went wrong in the running jobs, and what was done about it. */
@Command(
        name = "faults",
        description = "Show the latest faults of the running jobs, and what was done about them.",
        mixinStandardHelpOptions = true)
@Internal
public final class FaultsCommand implements Callable<Integer> {

    private static final List<String> HEADER =
            List.of("TIME", "JOB", "NODE", "FAULT", "SUBJECT", "DETAILS");

    @Spec private CommandSpec spec;
    @Mixin private HealthLocation location;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (ClusterHealth health = location.open()) {
            List<ClusterHealth.JobFault> faults = health.faults();
            if (faults.isEmpty()) {
                out.println("No running job has told of a fault.");
            } else {
                TextTable.print(out, HEADER, faults.stream().map(FaultsCommand::row));
            }
        }
        out.flush();
        return BlocklistCommand.OK;
    }

    private static List<String> row(ClusterHealth.JobFault of) {
        FaultLog.Entry fault = of.fault();
        return List.of(
                fault.time().toString(),
                of.jobName(),
                fault.node(),
                fault.event().getClass().getSimpleName(),
                fault.event().subject(),
                details(FaultFields.of(fault.event()), fault.event().subject()));
    }

    /** What the other columns do not say. */
    private static String details(Map<String, String> fields, String subject) {
        return fields.entrySet().stream()
                .filter(field -> !field.getValue().equals(subject))
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(", "));
    }
}
