package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;

/** A cluster's status as tables for a terminal. */
final class StatusText {

    private StatusText() {}

    static void print(ClusterStatus status, PrintWriter out) {
        table(out, processes(status));
        status.problem().ifPresent(problem -> out.printf("%n%s%n", problem));
        if (!status.taskManagers().isEmpty()) {
            out.println();
            table(out, taskManagers(status));
        }
        if (!status.jobs().isEmpty()) {
            out.println();
            table(out, jobs(status));
        }
        out.flush();
    }

    private static List<List<String>> processes(ClusterStatus status) {
        Stream<List<String>> rows = status.processes().stream().map(StatusText::process);
        return withHeader(List.of("PROCESS", "PID", "STATE", "LOG"), rows);
    }

    private static List<String> process(ProcessRecord process) {
        return List.of(
                process.name(),
                Long.toString(process.pid()),
                process.isAlive() ? "running" : "ended",
                process.logFile().toString());
    }

    private static List<List<String>> taskManagers(ClusterStatus status) {
        return withHeader(
                List.of(
                        "TASK MANAGER",
                        "FREE SLOTS",
                        "FREE CPU",
                        "FREE HEAP",
                        "FREE OFF-HEAP",
                        "FREE MANAGED",
                        "FREE GPUS"),
                status.taskManagers().stream().map(StatusText::taskManager));
    }

    private static List<String> taskManager(TaskManagerInfo manager) {
        return List.of(
                manager.id(),
                manager.slotsFree() + " of " + manager.slotsTotal(),
                ofTotal(manager, TaskManagerResources::cpuCores, ""),
                ofTotal(manager, resources -> mebiBytes(resources.taskHeap()), " mb"),
                ofTotal(manager, resources -> mebiBytes(resources.taskOffHeap()), " mb"),
                ofTotal(manager, resources -> mebiBytes(resources.managed()), " mb"),
                ofTotal(manager, TaskManagerResources::gpus, ""));
    }

    private static String ofTotal(
            TaskManagerInfo manager, ToDoubleFunction<TaskManagerResources> part, String unit) {
        return number(part.applyAsDouble(manager.free()))
                + " of "
                + number(part.applyAsDouble(manager.total()))
                + unit;
    }

    private static List<List<String>> jobs(ClusterStatus status) {
        return withHeader(
                List.of("JOB", "STATE", "SECONDS", "NAME"),
                status.jobs().stream().map(StatusText::job));
    }

    private static List<String> job(JobSummary job) {
        return List.of(
                job.id().toString(),
                job.status().toString(),
                Long.toString(job.duration().toSeconds()),
                job.name());
    }

    private static double mebiBytes(MemorySize size) {
        return size.getMebiBytes();
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    private static List<List<String>> withHeader(List<String> header, Stream<List<String>> rows) {
        return Stream.concat(Stream.of(header), rows).toList();
    }

    private static void table(PrintWriter out, List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
