package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.flink.configuration.MemorySize;

/** A cluster's status as tables for a terminal. */
final class StatusText {

    private StatusText() {}

    static void print(ClusterStatus status, PrintWriter out) {
        processes(out, status);
        status.problem().ifPresent(problem -> out.printf("%n%s%n", problem));
        if (!status.taskManagers().isEmpty()) {
            out.println();
            taskManagers(out, status);
        }
        if (!status.jobs().isEmpty()) {
            out.println();
            jobs(out, status);
        }
        status.waiting().forEach(out::println);
        out.flush();
    }

    private static void processes(PrintWriter out, ClusterStatus status) {
        TextTable.print(
                out,
                List.of("PROCESS", "PID", "STATE", "LOG"),
                status.processes().stream().map(StatusText::process));
    }

    private static List<String> process(ProcessRecord process) {
        return List.of(
                process.name(),
                Long.toString(process.pid()),
                process.isAlive() ? "running" : "ended",
                process.logFile().toString());
    }

    private static void taskManagers(PrintWriter out, ClusterStatus status) {
        TextTable.print(
                out,
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

    private static void jobs(PrintWriter out, ClusterStatus status) {
        TextTable.print(
                out,
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
}
