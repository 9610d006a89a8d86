package io.flinkgpu.deploy.letters;

import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.job.redo.TopicReplay;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu dead-letters replay}. */
@Command(
        name = "replay",
        description = {
            "Run the rows of the dead letters of a job file through its pipeline again, each once:",
            "the same as 'flink-gpu run FILE --redo failed', whose options it takes.",
            "With --to, send the rows of a topic of a Java job's dead letters to the topic that the",
            "job reads, each once; it takes --check and --again as well."
        })
final class ReplayCommand implements Callable<Integer> {

    private static final String CHECK = "--check";
    private static final String AGAIN = "--again";

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|TOPIC",
            arity = "1",
            description = "The job file; with --to the topic of dead letters.")
    private String source;

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            description = "The topic that gets the rows of the dead letters.")
    private String target;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "With --to: the brokers of both topics.")
    private String servers;

    @Option(
            names = "--property",
            paramLabel = "KEY=VALUE",
            description =
                    "With --to: a property of Kafka's clients, such as for logging in; may be repeated.")
    private Map<String, String> properties = new TreeMap<>();

    @CommandLine.Unmatched private List<String> others = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (target != null) {
            return send();
        }
        if (servers != null || !properties.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid options: --bootstrap-servers and --property are of the rows of a topic. Say where they go by --to.");
        }
        return redo();
    }

    private int send() {
        if (servers == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid options: --to needs the brokers. Add --bootstrap-servers.");
        }
        List<String> unknown = new ArrayList<>(others);
        unknown.removeAll(List.of(CHECK, AGAIN));
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid options: %s. With --to there are --check and --again; all open letters of the topic are meant."
                            .formatted(unknown));
        }
        TopicReplay replay = new TopicReplay(source, target, servers, properties);
        boolean isCheck = others.contains(CHECK);
        boolean again = others.contains(AGAIN);
        TopicReplay.Outcome outcome =
                isCheck ? replay.look(again) : replay.run(again, this::tellFirst);
        if (isCheck && outcome.isFirst()) {
            tellFirst(outcome.rows());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s topic '%s': %,d.%n",
                isCheck ? "Rows to send to" : "Rows sent to",
                target,
                outcome.rows());
        if (outcome.omitted() > 0) {
            out.printf(
                    Locale.ROOT,
                    "Left out: %,d letters whose rows were too large to be kept.%n",
                    outcome.omitted());
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /** Says what is about to happen, as brokers may have forgotten an earlier replay. */
    private void tellFirst(long rows) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT, "No earlier replay of topic '%s' is known: %,d rows.%n", source, rows);
        out.flush();
    }

    private int redo() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(source, "--redo", "failed"));
        arguments.addAll(others);
        CommandLine command = spec.commandLine();
        List<Exception> failures = new ArrayList<>();
        int exitCode =
                new CommandLine(new JobRunCommand())
                        .setOut(command.getOut())
                        .setErr(command.getErr())
                        .setExecutionExceptionHandler(
                                (failure, run, parsed) -> {
                                    failures.add(failure);
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(arguments.toArray(String[]::new));
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return exitCode;
    }
}
