package io.flinkgpu.deploy.state;

import io.flinkgpu.state.savepoint.SavepointFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu state inflight}. */
@Command(
        name = "inflight",
        description = {
            "List the rows that inference operators hold in a savepoint or checkpoint: those that",
            "had no result yet, and that a job which is restored from it infers first."
        },
        mixinStandardHelpOptions = true)
final class StateInflightCommand implements Callable<Integer> {

    private static final String CONFIGURATION_DIRECTORY = "FLINK_CONF_DIR";

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SAVEPOINT",
            description =
                    "Path of a savepoint or a retained checkpoint, in any file system of Flink.")
    private String path;

    @Option(
            names = "--operator",
            paramLabel = "UID|NAME",
            description = "List the rows of this operator alone.")
    private String operator;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Most rows that are listed of an operator (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--jar",
            paramLabel = "JAR",
            description =
                    "Jar with the classes of the job's rows, as it was submitted; may be repeated.")
    private List<Path> jars = List.of();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (limit < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid --limit: %d. It must be at least 0.".formatted(limit));
        }
        initializeFileSystems();
        try (URLClassLoader rowClasses =
                new URLClassLoader(urls(), StateInflightCommand.class.getClassLoader())) {
            print(new InFlightListing(rowClasses, limit).list(SavepointFile.load(path), operator));
        }
        return 0;
    }

    private void print(List<OperatorInFlight> operators) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(InFlightJson.of(path, operators));
        } else {
            InFlightText.print(operators, out);
        }
        out.flush();
    }

    private URL[] urls() throws IOException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            if (!Files.isRegularFile(jars.get(i))) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Invalid --jar: %s. There is no such file.".formatted(jars.get(i)));
            }
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    /** Those of plugins/, as a task manager finds them. */
    private static void initializeFileSystems() {
        String directory = System.getenv(CONFIGURATION_DIRECTORY);
        Configuration settings =
                directory == null
                        ? new Configuration()
                        : GlobalConfiguration.loadConfiguration(directory);
        FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
    }
}
