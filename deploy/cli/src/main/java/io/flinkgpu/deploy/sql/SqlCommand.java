package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.job.FlinkSettings;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.job.PlaceOptions;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu sql}: a SQL shell, or a script of statements. */
@Command(
        name = "sql",
        description = {
            "Open a SQL shell, or run the statements of a script.",
            "Jobs run in this process, or on the local cluster with --cluster, or where --flink says."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@Internal
public final class SqlCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");

    @Spec private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Run the statements of this file (-: of the standard input), up to the first that fails.")
    private Path file;

    @Mixin private PlaceOptions where;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "A setting of the session, as SET makes it; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    @Override
    public Integer call() throws Exception {
        JobPlace place = where.asked().orElse(JobPlace.HERE);
        where.requireFit(place);
        Optional<SqlScript> script = file == null ? Optional.empty() : Optional.of(read(file));
        // Found in plugins/, as a task manager finds them.
        Configuration process = FlinkSettings.ofProcess();
        FileSystem.initialize(process, PluginUtils.createPluginManagerFromRootFolder(process));
        try (SqlPlace flink = SqlPlace.open(place, where.simulated(), options)) {
            out().printf("Running on %s. Web UI: %s%n", flink.describe(), flink.address());
            out().flush();
            run(flink, script);
        }
        return 0;
    }

    private void run(SqlPlace flink, Optional<SqlScript> script)
            throws IOException, InterruptedException {
        JobSubmitter submitter = new JobSubmitter(flink.address());
        submitter.configuration().addAll(flink.defaults());
        Configuration settings =
                SessionSettings.of(submitter.configuration(), options, where.detach());
        try (SqlSession session = SqlSession.open(settings);
                ExitHook endsQueries = ExitHook.open("close-sql-session", session::close)) {
            if (script.isPresent()) {
                new ScriptRun(new StatementRunner(session, submitter, out())).run(script.get());
            } else {
                SqlShell.run(session, submitter, history());
            }
        }
    }

    private static SqlScript read(Path file) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return SqlScript.parse(
                    "standard input", new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
        }
        try {
            return SqlScript.parse(file.getFileName().toString(), Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException(
                    "Invalid --file: %s. There is no such file.".formatted(file), missing);
        }
    }

    private static Path history() {
        return Path.of(System.getProperty("user.home"), ".flink-gpu", "sql-history");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
