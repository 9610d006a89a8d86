package io.flinkgpu.deploy.cli;

import io.flinkgpu.deploy.cluster.ClusterCommand;
import io.flinkgpu.deploy.demo.DemoCommand;
import io.flinkgpu.deploy.digits.DigitsCommand;
import io.flinkgpu.deploy.health.BlocklistCommand;
import io.flinkgpu.deploy.health.FaultsCommand;
import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.deploy.kafka.KafkaCommand;
import io.flinkgpu.deploy.letters.DeadLettersCommand;
import io.flinkgpu.deploy.model.ModelCommand;
import io.flinkgpu.deploy.pool.PoolCommand;
import io.flinkgpu.deploy.resume.ResumeCommand;
import io.flinkgpu.deploy.runs.RunsCommand;
import io.flinkgpu.deploy.sql.SqlCommand;
import io.flinkgpu.deploy.state.StateCommand;
import io.flinkgpu.deploy.tones.TonesCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The root command {@code flink-gpu}.
 *
 * <p>Exit codes: 0 after success, 1 after failure (one message on the standard error, the stack
 * trace in the log), 2 when the command line is wrong.
 */
@Command(
        name = "flink-gpu",
        description = "Model inference on GPUs as a first-class part of Apache Flink jobs.",
        versionProvider = ImplementationVersion.class,
        synopsisSubcommandLabel = "COMMAND")
@Internal
public final class FlinkGpuCli implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkGpuCli.class);

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            description = "Show this help message and exit.")
    private boolean helpRequested;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean versionRequested;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print stack traces of failures to the terminal, too.")
    private boolean verbose;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The commands of this module, in the order of the help. A new one is added here alone. */
    private static List<Object> builtInCommands() {
        return List.of(
                new DemoCommand(),
                new JobRunCommand(),
                new ResumeCommand(),
                new SqlCommand(),
                new ClusterCommand(),
                new PoolCommand(),
                new KafkaCommand(),
                new ModelCommand(),
                new BlocklistCommand(),
                new FaultsCommand(),
                new RunsCommand(),
                new DeadLettersCommand(),
                new StateCommand(),
                new DigitsCommand(),
                new TonesCommand());
    }

    /** The root command with all built-in and service-loaded commands. */
    static CommandLine commandLine() {
        FlinkGpuCli root = new FlinkGpuCli();
        CommandLine commandLine = new CommandLine(root);
        builtInCommands().forEach(commandLine::addSubcommand);
        ServiceLoader.load(CliCommand.class).forEach(commandLine::addSubcommand);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(FlinkGpuCli::wrongUsage);
        commandLine.setExecutionExceptionHandler(root::failed);
        return commandLine;
    }

    /** Shows the help: asked for, or because no command was given. */
    @Override
    public Integer call() {
        PrintWriter out = helpRequested ? spec.commandLine().getOut() : spec.commandLine().getErr();
        out.print(HelpText.read());
        out.flush();
        return helpRequested ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
    }

    private static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(problem.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(problem, err)) {
            err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
        }
        return CommandLine.ExitCode.USAGE;
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        LOG.error("{} failed.", command.getCommandSpec().qualifiedName(), failure);
        PrintWriter err = command.getErr();
        err.println(message(failure));
        if (verbose) {
            failure.printStackTrace(err);
        } else {
            logFile().ifPresent(file -> err.printf("More is in %s, or try --verbose.%n", file));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static Optional<String> logFile() {
        return Optional.ofNullable(System.getProperty("log.file"));
    }

    /** An exception without a message says by its type what is wrong. */
    private static String message(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
