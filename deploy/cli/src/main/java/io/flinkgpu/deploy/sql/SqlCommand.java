package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.job.PlaceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu sql}: a SQL shell, or a script of statements. */
@Command(
        name = "sql",
        description = {
            "Open a SQL shell, run the statements of a script, or describe a model in SQL.",
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

    @Option(
            names = "--describe",
            paramLabel = "MODEL",
            description =
                    "Print the CREATE MODEL of [RUNTIME:]LOCATION[#SIGNATURE], with a column for each tensor.")
    private String model;

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
        if (model != null) {
            if (file != null) {
                throw new IllegalArgumentException(
                        "Invalid --describe: --file runs a script. Give one of the two.");
            }
            out().printf("%s;%n", DescribedModel.statement(model, SqlLaunch.loadPlugins()));
            out().flush();
            return 0;
        }
        SqlLaunch launch = new SqlLaunch(place, where.simulated(), where.detach(), options, out());
        if (file == null) {
            launch.open((session, flink) -> SqlShell.run(session, flink, history()));
        } else {
            launch.run(read(file));
        }
        return 0;
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
        } catch (IOException unreadable) {
            throw new IOException(
                    "Cannot read --file %s: %s".formatted(file, reason(file, unreadable)),
                    unreadable);
        }
    }

    private static String reason(Path file, IOException unreadable) {
        if (Files.isDirectory(file)) {
            return "it is a directory.";
        }
        if (unreadable instanceof CharacterCodingException) {
            return "it is not UTF-8.";
        }
        return unreadable instanceof AccessDeniedException
                ? "permission is denied."
                : unreadable.getMessage();
    }

    private static Path history() {
        return Path.of(System.getProperty("user.home"), ".flink-gpu", "sql-history");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
