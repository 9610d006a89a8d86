package io.flinkgpu.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the command as the launcher does, with its output and its failure at hand. */
final class DemoCli {

    /** The committed example. */
    static final Path DIGITS = Path.of("src/main/dist/examples/digits").toAbsolutePath();

    private final StringWriter out = new StringWriter();
    private final Path directory;
    private String failure = "";

    /**
     * Uses a directory for output and report.
     *
     * @param directory an empty one
     */
    DemoCli(Path directory) {
        this.directory = directory;
    }

    /** Runs with the digits' model and profiles and on simulated devices, unless told otherwise. */
    int run(String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--output=" + output(),
                                "--report=" + directory.resolve("report.json")));
        all.addAll(List.of(arguments));
        addUnlessGiven(all, "--model", DIGITS.resolve("model"));
        addUnlessGiven(all, "--profiles", DIGITS.resolve("profiles.yaml"));
        if (!all.contains("--cluster")) {
            all.add("--simulated");
        }
        return new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out, true))
                .setExecutionExceptionHandler(
                        (exception, command, parsed) -> {
                            failure = String.valueOf(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(all.toArray(String[]::new));
    }

    Path output() {
        return directory.resolve("output");
    }

    /** What was printed. */
    String printed() {
        return out.toString();
    }

    /** The message of the failure, empty if there was none. */
    String failure() {
        return failure;
    }

    JsonNode report() throws IOException {
        return new ObjectMapper().readTree(Files.readString(directory.resolve("report.json")));
    }

    List<JsonNode> results() throws IOException {
        return lines("results");
    }

    List<JsonNode> deadLetters() throws IOException {
        return lines("dead-letters");
    }

    private List<JsonNode> lines(String name) throws IOException {
        try (Stream<JsonNode> lines =
                JsonLines.read(new org.apache.flink.core.fs.Path(output().resolve(name).toUri()))) {
            return lines.toList();
        }
    }

    private static void addUnlessGiven(List<String> arguments, String option, Path value) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith(option + "="))) {
            arguments.add(option + "=" + value);
        }
    }
}
