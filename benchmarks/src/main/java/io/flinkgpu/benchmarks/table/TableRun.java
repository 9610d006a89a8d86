package io.flinkgpu.benchmarks.table;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.resume.ResumeCommand;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.deploy.run.Poll;
import io.flinkgpu.inference.InferenceMetricNames;
import io.flinkgpu.state.ledger.LedgerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import picocli.CommandLine;

/**
 * One run of {@link TableJob} on a local cluster.
 *
 * <p>One thread.
 */
@Internal
public final class TableRun {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Pattern SUBMITTED = Pattern.compile("Submitted job ([0-9a-f]{32})");

    private final LocalCluster cluster;
    private final JobID job;

    private TableRun(LocalCluster cluster, JobID job) {
        this.cluster = cluster;
        this.job = job;
    }

    /** Submits the job from its beginning; the ledger knows how to resume it. */
    public static TableRun start(LocalCluster cluster, TableSpec spec) throws Exception {
        return submit(cluster, spec, new Configuration());
    }

    /** Submits the job from a checkpoint, as {@code flink run -s} does. */
    public static TableRun startFrom(LocalCluster cluster, TableSpec spec, String checkpoint)
            throws Exception {
        return submit(
                cluster,
                spec,
                new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint));
    }

    /**
     * Has {@code flink-gpu resume} submit the newest run of the job again.
     *
     * @param out where it says what it does
     * @throws IllegalStateException if it refuses; says why
     */
    public static TableRun resume(LocalCluster cluster, TableSpec spec, PrintWriter out) {
        StringWriter said = new StringWriter();
        StringWriter problem = new StringWriter();
        int exitCode =
                new CommandLine(new ResumeCommand())
                        .setOut(new PrintWriter(said, true))
                        .setErr(new PrintWriter(problem, true))
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) -> {
                                    failure.printStackTrace(command.getErr());
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(
                                TableJob.NAME,
                                "--ledger=" + spec.ledgerUrl(),
                                "--cluster",
                                "--cluster-dir=" + cluster.directory(),
                                "--detach");
        out.print(said);
        out.flush();
        Matcher submitted = SUBMITTED.matcher(said.toString());
        if (exitCode != CommandLine.ExitCode.OK || !submitted.find()) {
            throw new IllegalStateException("Cannot resume the job: " + said + problem);
        }
        return new TableRun(cluster, JobID.fromHexString(submitted.group(1)));
    }

    private static TableRun submit(LocalCluster cluster, TableSpec spec, Configuration more)
            throws Exception {
        List<String> arguments = spec.arguments();
        JobSubmitter submitter =
                new JobSubmitter(cluster.requireAddress()).withJarOf(TableJob.class);
        Configuration options = submitter.configuration();
        options.addAll(more);
        options.set(LedgerOptions.URL, spec.ledgerUrl());
        options.set(LedgerOptions.PROGRAM_JAR, jar().toString());
        options.set(LedgerOptions.PROGRAM_ENTRY_CLASS, TableJob.class.getName());
        options.set(LedgerOptions.RUN_ARGUMENTS, arguments);
        options.set(LedgerOptions.PLACE, JobPlace.cluster(cluster.directory()).toString());
        StreamExecutionEnvironment environment = submitter.environment();
        TableJob.define(environment, ParameterTool.fromArgs(arguments.toArray(String[]::new)));
        JobRun run = submitter.submit(environment, TableJob.NAME);
        return new TableRun(cluster, run.id());
    }

    private static Path jar() throws URISyntaxException {
        return Path.of(TableJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /**
     * The path of the job's newest checkpoint, as one finds it in the folder of its checkpoints.
     *
     * @throws IllegalStateException if there is none
     */
    public String newestCheckpoint(TableSpec spec) throws IOException {
        Path folder = spec.checkpoints().resolve(job.toHexString());
        try (Stream<Path> checkpoints = Files.list(folder)) {
            return checkpoints
                    .filter(each -> Files.exists(each.resolve("_metadata")))
                    .max(Comparator.comparingLong(TableRun::number))
                    .map(each -> each.toUri().toString())
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "Cannot find a checkpoint in " + folder));
        }
    }

    private static long number(Path checkpoint) {
        String name = checkpoint.getFileName().toString();
        return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }

    /** The job. */
    public JobID job() {
        return job;
    }

    /**
     * Waits until the table holds so many rows of the job.
     *
     * @throws IllegalStateException if it does not in time
     */
    public void awaitRows(TableSpec spec, long rows, Duration timeout) throws InterruptedException {
        if (!Poll.until(timeout, POLL, () -> TableContents.countRows(spec) >= rows)) {
            throw new IllegalStateException(
                    "Cannot go on: the table has not had %d rows within %s.\n%s"
                            .formatted(rows, timeout, lastFailure()));
        }
    }

    /**
     * Waits for the job's end.
     *
     * @throws IllegalStateException if it has not finished in time
     */
    public void awaitEnd(Duration timeout) throws InterruptedException {
        if (!Poll.until(timeout, POLL, this::hasEnded) || status() != JobStatus.FINISHED) {
            throw new IllegalStateException(
                    "Cannot go on: job %s has not finished within %s.\n%s"
                            .formatted(job, timeout, lastFailure()));
        }
    }

    /** Rows that the model was asked for by the finished job, repetitions included. */
    public long rowsInferred() {
        return Long.parseLong(
                client().accumulators(job)
                        .getOrDefault(InferenceMetricNames.TOTAL_BATCHED_ROWS, "0"));
    }

    /**
     * Rows that were sent to the model's stage, as Flink's metrics know it about a second later.
     */
    public long rowsSent() {
        return client().vertices(job).stream()
                .filter(vertex -> vertex.name().startsWith("Source:"))
                .mapToLong(VertexInfo::recordsWritten)
                .sum();
    }

    /** Ends all processes of a cluster with SIGKILL, the job manager first. */
    public static void killAll(LocalCluster cluster) {
        cluster.processes().stream()
                .filter(ProcessRecord::isAlive)
                .map(ProcessRecord::name)
                .forEach(cluster::kill);
    }

    private boolean hasEnded() {
        try {
            return status().isGloballyTerminalState();
        } catch (FlinkRestException noAnswer) {
            return false;
        }
    }

    private JobStatus status() {
        return client().status(job);
    }

    private String lastFailure() {
        Optional<String> failure = client().lastFailure(job);
        return failure.orElse("");
    }

    private FlinkRestClient client() {
        URI address = cluster.requireAddress();
        return new FlinkRestClient(address);
    }
}
