package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.job.JobPlace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Scripts on a Flink in this process. */
@Timeout(180)
class SqlCommandITCase {

    private static final Path EXAMPLES = Path.of("src/main/dist/examples").toAbsolutePath();
    private static final Path IMAGES = EXAMPLES.resolve("digits/images/7");

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();
    private String failure = "";

    @Test
    void aScriptRunsUpToTheStatementThatFails() throws Exception {
        Path written = directory.resolve("written");

        int exitCode =
                run(
                        """
                        -- A table of numbers; and one of files.
                        CREATE TABLE numbers (n BIGINT) WITH (
                          'connector' = 'datagen', 'number-of-rows' = '1000',
                          'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000');
                        CREATE TABLE slow WITH ('rows-per-second' = '400', 'fields.n.end' = '1000')
                          LIKE numbers (OVERWRITING OPTIONS);
                        CREATE TABLE files (n BIGINT, name STRING) WITH (
                          'connector' = 'filesystem', 'path' = '%s', 'format' = 'json');
                        SHOW TABLES;
                        SELECT n, 'a;b' AS name FROM numbers WHERE n <= 2 LIMIT 2;
                        INSERT INTO files SELECT n, 'a;b' FROM slow;
                        EXECUTE STATEMENT SET BEGIN
                          INSERT INTO files SELECT n, 'c' FROM numbers WHERE n <= 10;
                          INSERT INTO files SELECT n, 'd' FROM numbers WHERE n <= 10;
                        END;
                        SELECT m
                          FROM numbers;
                        SELECT 'never';
                        """
                                .formatted(written.toUri()));

        assertThat(out.toString())
                .contains(" numbers |")
                .contains("| op |")
                .contains("| +I |")
                .contains("2 rows")
                .contains("  running  ")
                .contains("finished")
                .doesNotContain("never");
        assertThat(failure)
                .isEqualTo(
                        "Cannot run script.sql: line 16: At line 16, column 8: Column 'm' not found in any table");
        assertThat(exitCode).isOne();
        assertThat(lines(written)).isEqualTo(1020);
    }

    @Test
    void aJobThatFailsEndsTheScript() throws Exception {
        int exitCode =
                run(
                        """
                        CREATE TABLE numbers (n INT) WITH (
                          'connector' = 'datagen', 'number-of-rows' = '10',
                          'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '9');
                        CREATE TABLE nothing (n INT) WITH ('connector' = 'blackhole');
                        INSERT INTO nothing SELECT 1 / n FROM numbers;
                        """,
                        "-Drestart-strategy.type=none");

        assertThat(failure)
                .startsWith("Cannot run script.sql: line 5: Cannot finish job ")
                .endsWith(": / by zero");
        assertThat(exitCode).isOne();
    }

    @Test
    void aScriptWaitsForTheJobsThatWouldEndWithIt() throws Exception {
        Path written = directory.resolve("written");

        int exitCode =
                run(
                        """
                        CREATE TABLE slow (n INT) WITH (
                          'connector' = 'datagen', 'rows-per-second' = '400',
                          'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000');
                        CREATE TABLE files (n INT) WITH (
                          'connector' = 'filesystem', 'path' = '%s', 'format' = 'json');
                        SET 'table.dml-sync' = 'false';
                        INSERT INTO files SELECT * FROM slow /*+ OPTIONS('fields.n.end' = '900') */;
                        """
                                .formatted(written.toUri()));

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .contains("Submitted job ")
                .contains("script.sql:7  job ")
                .contains("finished");
        assertThat(lines(written)).isEqualTo(900);
    }

    @Test
    void theExampleOfDigitsRuns() throws Exception {
        assertThat(runExample("digits")).isZero();

        assertThat(failure).isEmpty();
        assertThat(lines(directory.resolve("labels"))).isEqualTo(files(IMAGES));
    }

    @Test
    void twoModelsAnswerInOneStatementSetAndWhatFailsGoesToATable() throws Exception {
        Path mixed = Files.createDirectory(directory.resolve("mixed"));
        Files.writeString(mixed.resolve("bad.jpg"), "This is no image.");
        try (var images = Files.list(IMAGES)) {
            for (Path image : images.limit(20).toList()) {
                Files.copy(image, mixed.resolve(image.getFileName()));
            }
        }

        assertThat(runExample("two-models", "'" + IMAGES + "'", "'" + mixed + "'")).isZero();

        assertThat(failure).isEmpty();
        assertThat(texts(directory.resolve("answers")))
                .hasSize(20)
                .allMatch(answer -> answer.contains("\"digit\":\""));
        assertThat(texts(directory.resolve("dead-letters")))
                .singleElement()
                .asString()
                .contains("It cannot be decoded.")
                .contains("bad.jpg");
    }

    @Test
    void imagesThatAreAlikeAreFound() throws Exception {
        assertThat(runExample("similar-images")).isZero();

        assertThat(failure).isEmpty();
        assertThat(out.toString())
                .containsPattern("7/00007.jpg \\|\\s+(1.0|0.99999)")
                .contains("5 rows");
    }

    @Test
    void aModelOfTextAnswersInASelect() throws Exception {
        assumeTrue(
                new ProcessBuilder("python3", "-c", "import numpy").start().waitFor() == 0,
                "SKIPPED: no python3 with numpy.");

        assertThat(runExample("text")).isZero();

        assertThat(failure).isEmpty();
        assertThat(out.toString()).contains("positive |").contains("negative |").contains("3 rows");
    }

    @Test
    void theReadmesStatementsRun() throws Exception {
        String readme = Files.readString(Path.of("../../README.md"));
        int begin = readme.indexOf("```sql\n") + "```sql\n".length();
        String statements = readme.substring(begin, readme.indexOf("```", begin));

        int exitCode =
                run(
                        statements.replace(
                                "'deploy/cli/src/main/dist/examples/",
                                "'" + EXAMPLES.toString() + "/"));

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(statements.lines()).hasSizeLessThanOrEqualTo(7);
        assertThat(out.toString()).contains("5 rows");
    }

    /** With images of one digit, and ONNX Runtime for both models. */
    private int runExample(String name, String... replaced) throws Exception {
        String script =
                Files.readString(EXAMPLES.resolve("sql").resolve(name + ".sql"))
                        .replace("'examples/digits/model'", "'examples/digits/digits.onnx'")
                        .replace("'examples/digits/images'", "'" + IMAGES + "'")
                        .replace("'examples/", "'" + EXAMPLES + "/")
                        .replace("/tmp/flink-gpu-sql", directory.toString());
        for (int i = 0; i < replaced.length; i += 2) {
            script = script.replace(replaced[i], replaced[i + 1]);
        }
        return run(script);
    }

    @Test
    void aModelIsDescribedAsAStatement() {
        int exitCode = execute("--describe", "src/main/dist/examples/digits/digits.onnx");

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .startsWith("CREATE MODEL `digits`")
                .contains("'provider' = 'flink-gpu'")
                .contains("src/main/dist/examples/digits/digits.onnx'")
                .endsWith(");" + System.lineSeparator());
    }

    @Test
    void theShellRunsStatementsUntilTheUserLeaves() throws Exception {
        String typed =
                "SELECT 40 + 2 AS answer;\nSELECT n FROM nowhere;\nquit;\nSELECT 'never' AS a;\n";
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Terminal terminal =
                new DumbTerminal(
                        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), screen);
        SqlLaunch launch =
                new SqlLaunch(JobPlace.HERE, true, false, Map.of(), new PrintWriter(out, true));

        launch.open(
                (session, flink) ->
                        SqlShell.run(session, flink, directory.resolve("history"), terminal));

        assertThat(screen.toString(StandardCharsets.UTF_8))
                .contains("| +I |          42 |")
                .contains("Object 'nowhere' not found")
                .doesNotContain("| never");
    }

    private int run(String script, String... arguments) throws Exception {
        Path file = Files.writeString(directory.resolve("script.sql"), script);
        String[] all = new String[arguments.length + 3];
        all[0] = "-f";
        all[1] = file.toString();
        all[2] = "--simulated";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return execute(all);
    }

    private int execute(String... arguments) {
        return new CommandLine(new SqlCommand())
                .setOut(new PrintWriter(out, true))
                .setExecutionExceptionHandler(
                        (exception, line, parsed) -> {
                            failure = String.valueOf(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(arguments);
    }

    private static long files(Path directory) throws Exception {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    private static long lines(Path directory) throws Exception {
        return texts(directory).size();
    }

    private static List<String> texts(Path directory) throws Exception {
        List<String> texts = new ArrayList<>();
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.addAll(Files.readAllLines(file));
            }
        }
        return texts;
    }
}
