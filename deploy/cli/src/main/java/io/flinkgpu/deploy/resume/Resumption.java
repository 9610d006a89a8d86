package io.flinkgpu.deploy.resume;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.job.JobFiles;
import io.flinkgpu.deploy.job.JobFollower;
import io.flinkgpu.deploy.job.JobLaunch;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.job.PlaceOptions;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.job.PipelineJob;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * A run that is about to be submitted again.
 *
 * @param program null: not known
 * @param resumed hears of the job
 */
record Resumption(
        Run run,
        @Nullable Program program,
        RestorePoint point,
        JobPlace place,
        PlaceOptions how,
        Changes changes,
        ResumedRun resumed) {

    /**
     * What is another than in the run.
     *
     * @param parallelism null: the run's
     * @param variables in place of the run's
     */
    record Changes(@Nullable Integer parallelism, Map<String, String> variables) {}

    /**
     * Submits it, and follows it to its end.
     *
     * @throws IllegalStateException if the program is not known, or the job fails; says why, and
     *     what to do
     */
    void submit(PrintWriter out) throws Exception {
        Optional<String> unknown = unknown();
        if (unknown.isPresent()) {
            throw new IllegalStateException(
                    "Cannot resume run %s: the ledger does not know its %s. Submit it by hand:%n%s"
                            .formatted(
                                    run.id(),
                                    unknown.get(),
                                    new UnknownProgram(run, program).commandLine(point)));
        }
        how.requireFit(place);
        if (program.kind() == Program.Kind.JOB_FILE) {
            new JobLaunch(place, how, resumed.options(), out)
                    .run(jobOfFile(out), (job, flink) -> resumed.record(job, flink, out));
        } else {
            runJar(out);
        }
    }

    /** What the job cannot be made without; a job file has its variables, not arguments. */
    private Optional<String> unknown() {
        if (program == null) {
            return Optional.of("program");
        }
        List<String> arguments =
                program.kind() == Program.Kind.JAR ? run.begun().arguments() : List.of();
        if (arguments.stream()
                .anyMatch(each -> each.contains(GlobalConfiguration.HIDDEN_CONTENT))) {
            return Optional.of("secret arguments");
        }
        return arguments.stream().anyMatch(LedgerEntry::isCut)
                ? Optional.of(
                        "arguments of more than %,d characters".formatted(LedgerEntry.MAX_TEXT))
                : Optional.empty();
    }

    private PipelineJob jobOfFile(PrintWriter out) throws Exception {
        Path file = Path.of(program.location());
        if (Files.isRegularFile(file) && !Files.readString(file).equals(program.text())) {
            out.printf("%s has changed since; the run's own text is taken.%n", file);
        }
        PipelineJob job = PipelineJob.read(file, program.text(), JobFiles.reading(allVariables()));
        return changes.parallelism() == null ? job : job.withParallelism(changes.parallelism());
    }

    private Map<String, String> allVariables() {
        Map<String, String> all = new TreeMap<>(program.variables());
        all.putAll(changes.variables());
        List<String> hidden =
                all.entrySet().stream()
                        .filter(
                                each ->
                                        each.getValue()
                                                .contains(GlobalConfiguration.HIDDEN_CONTENT))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!hidden.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot resume run %s: the ledger does not keep secret variables. Add %s."
                            .formatted(
                                    run.id(),
                                    String.join(
                                            " ",
                                            hidden.stream()
                                                    .map("--set %s=VALUE"::formatted)
                                                    .toList())));
        }
        return all;
    }

    private void runJar(PrintWriter out) throws Exception {
        if (place.kind() == JobPlace.Kind.HERE) {
            throw new IllegalArgumentException(
                    "Cannot resume run %s in this process: it runs a jar. Add --cluster or --flink."
                            .formatted(run.id()));
        }
        URI address =
                place.kind() == JobPlace.Kind.CLUSTER
                        ? LocalCluster.at(Path.of(place.name())).requireAddress()
                        : URI.create(place.name());
        JobRun job =
                new JarProgram(program, run.begun().arguments())
                        .submit(address, optionsOfJar(address));
        resumed.record(job.id(), address, out);
        if (how.detach()) {
            out.printf("Submitted job %s. Web UI: %s%n", job.id(), address);
            out.flush();
        } else {
            new JobFollower(job, out).follow();
        }
    }

    /** What a jar's main method finds in its environment. */
    Configuration optionsOfJar(URI flink) {
        Configuration options = resumed.options();
        options.set(LedgerOptions.PROGRAM_JAR, program.location());
        options.set(LedgerOptions.PROGRAM_ENTRY_CLASS, program.entryClass());
        options.set(LedgerOptions.RUN_ARGUMENTS, run.begun().arguments());
        options.set(LedgerOptions.PLACE, place.toString());
        options.set(LedgerOptions.FLINK, flink.toString());
        subtasks().ifPresent(number -> options.set(CoreOptions.DEFAULT_PARALLELISM, number));
        return options;
    }

    /**
     * As asked, or those of the widest stage: the ledger does not know what Flink's client was
     * told.
     */
    private Optional<Integer> subtasks() {
        return changes.parallelism() != null
                ? Optional.of(changes.parallelism())
                : run.stages().stream()
                        .map(LedgerEntry.StageDescribed::parallelism)
                        .max(Integer::compare);
    }
}
