package io.flinkgpu.deploy.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.letters.DeadLettersCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Rows that failed are mended and done again, each once. */
@Timeout(180)
class RedoITCase {

    private static final Path EXAMPLES = Path.of("src/main/dist/examples").toAbsolutePath();
    private static final int GOOD = 20;

    @TempDir private Path directory;
    private String failure = "";

    @Test
    void mendedFilesAreDoneOnceAndTheOthersStayDeadLetters() throws Exception {
        Path input = Files.createDirectory(directory.resolve("input"));
        List<Path> images = images();
        for (int i = 0; i < GOOD; i++) {
            Files.copy(images.get(i), input.resolve(i + ".jpg"));
        }
        Files.writeString(input.resolve("bad-1.jpg"), "This is no image.");
        Files.writeString(input.resolve("bad-2.jpg"), "Nor is this.");
        run();
        assertThat(files("results")).hasSize(GOOD);

        assertThat(deadLetters("list", letters()))
                .contains("2 dead letters, from ")
                .containsPattern(" 2 +decode +DATA +BadImageException");
        assertThat(deadLetters("show", letters()))
                .containsPattern("origin +\\{\"path\":\"file:.*bad-[12]\\.jpg\"\\}");

        mend(input.resolve("bad-1.jpg"), images.get(GOOD));
        String first = run("--redo=failed");
        assertThat(first)
                .contains("Dead letters to redo: 2.")
                .contains("Redone. Still bad: 1, by class {DATA=1}.");
        assertThat(files("results")).hasSize(GOOD + 1).doesNotHaveDuplicates();

        assertThat(failure).isEmpty();
        failsBeforeItIsSubmitted("--redo=failed");
        assertThat(run("--redo=failed", "--check"))
                .contains("Dead letters to redo: 1.")
                .doesNotContain("Left out");
    }

    /** Nothing answers at this address. */
    private void failsBeforeItIsSubmitted(String redo) throws Exception {
        List<String> arguments = arguments(redo, "--flink=http://127.0.0.1:1");
        assertThat(exitCode(new JobRunCommand(), arguments, new StringWriter())).isNotZero();
        assertThat(failure).contains("127.0.0.1:1");
    }

    private static void mend(Path bad, Path image) throws Exception {
        Files.write(bad, Files.readAllBytes(image));
    }

    private static List<Path> images() throws Exception {
        Path digits = EXAMPLES.resolve("digits");
        try (Stream<String> files = Files.lines(digits.resolve("test.txt"))) {
            return files.limit(GOOD + 1).map(digits::resolve).toList();
        }
    }

    private String letters() {
        return directory.resolve("output/dead-letters").toString();
    }

    /** The example, with a budget that the first run does not exceed, and the redo would. */
    private Path jobFile(boolean isRedo) throws Exception {
        String yaml = Files.readString(EXAMPLES.resolve("jobs/digits.yaml"));
        return Files.writeString(
                directory.resolve("digits.yaml"),
                yaml.replace("../digits", EXAMPLES.resolve("digits").toString())
                        + (isRedo ? "error-budget: 1 %\n" : "error-budget: 60 %\n"));
    }

    private String run(String... arguments) throws Exception {
        List<String> all = arguments(arguments);
        all.addAll(List.of("--simulated", "--ledger=none"));
        return execute(new JobRunCommand(), all);
    }

    private List<String> arguments(String... more) throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                jobFile(more.length > 0).toString(),
                                "--set=INPUT=" + directory.resolve("input"),
                                "--set=OUTPUT=" + directory.resolve("output")));
        all.addAll(List.of(more));
        return all;
    }

    private String deadLetters(String... arguments) {
        return execute(new DeadLettersCommand(), List.of(arguments));
    }

    private String execute(Object command, List<String> arguments) {
        StringWriter out = new StringWriter();
        assertThat(exitCode(command, arguments, out)).as("%s", failure).isZero();
        return out.toString();
    }

    private int exitCode(Object command, List<String> arguments, StringWriter out) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setExecutionExceptionHandler(
                        (exception, line, parsed) -> {
                            failure = String.valueOf(exception);
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(arguments.toArray(String[]::new));
    }

    private List<String> files(String name) throws Exception {
        Path lines = directory.resolve("output").resolve(name);
        try (Stream<JsonNode> stream =
                JsonLines.read(new org.apache.flink.core.fs.Path(lines.toUri()))) {
            return stream.map(row -> row.path("file").asText()).toList();
        }
    }
}
