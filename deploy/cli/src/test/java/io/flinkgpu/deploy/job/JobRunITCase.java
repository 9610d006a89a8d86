package io.flinkgpu.deploy.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The job files of the distribution, as {@code flink-gpu run} runs them in this process. */
@Timeout(180)
class JobRunITCase {

    private static final Path EXAMPLES = Path.of("src/main/dist/examples").toAbsolutePath();
    private static final int IMAGES = 300;

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();
    private String failure = "";

    @Test
    void digitsGoFromFilesToLabels() throws Exception {
        int exitCode = run("digits.yaml");

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(rightOnes("results")).isGreaterThan(IMAGES * 95L / 100);
        assertThat(lines("results")).hasSize(IMAGES);
        assertThat(lines("dead-letters"))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.path("element").asText()).isEqualTo("decode");
                            assertThat(letter.path("row").path("path").asText())
                                    .endsWith("letter.jpg");
                        });
        assertThat(out.toString()).contains("step   classify (infer) <- decode, profile gpu");
    }

    @Test
    void twoModelsShareTheWork() throws Exception {
        run("cascade.yaml", "--set=SURE=0.999");

        assertThat(failure).isEmpty();
        List<JsonNode> results = lines("results");
        assertThat(results).hasSize(IMAGES);
        assertThat(results)
                .extracting(row -> row.path("model").asText())
                .contains("small", "large");
        assertThat(results.stream().map(row -> row.path("file").asText()).distinct())
                .hasSize(IMAGES);
        assertThat(rightOnes("results")).isGreaterThan(IMAGES * 95L / 100);
    }

    /** The keys stand in the names of the files. */
    @Test
    void audioGoesFromRecordingsToKeys() throws Exception {
        Path recordings = directory.resolve("recordings");
        FileUtils.copy(
                new org.apache.flink.core.fs.Path(EXAMPLES.resolve("tones/recordings").toUri()),
                new org.apache.flink.core.fs.Path(recordings.toUri()),
                false);
        Files.writeString(recordings.resolve("letter.wav"), "This is no recording.");

        int exitCode = run("audio.yaml", "--set=INPUT=" + recordings);

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        Map<String, String> numbers = dialledNumbers(lines("results"));
        assertThat(numbers).hasSize(8);
        assertThat(numbers)
                .allSatisfy((file, number) -> assertThat(file).endsWith("/" + number + ".wav"));
        assertThat(lines("dead-letters"))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.path("element").asText()).isEqualTo("windows");
                            assertThat(letter.path("row").path("path").asText())
                                    .endsWith("letter.wav");
                        });
    }

    @Test
    void checkShowsThePlanAndRunsNothing() throws Exception {
        int exitCode = run("cascade.yaml", "--check");

        assertThat(failure).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .contains("takes image [-1, 32, 32, 1] float32")
                .contains("step   answers (union) <- small-label, large-label")
                .contains("rows: file string, label int, score float, model string")
                .contains("No problems found in ");
        assertThat(directory.resolve("output")).doesNotExist();
    }

    @Test
    void checkFindsWhatTheModelDoesNotHave() throws Exception {
        String yaml = Files.readString(EXAMPLES.resolve("jobs/digits.yaml"));
        Path wrong =
                Files.writeString(
                        directory.resolve("wrong.yaml"),
                        yaml.replace("image: pixels", "images: pixels")
                                .replace("height: 32", "height: 28")
                                .replace("../digits", EXAMPLES.resolve("digits").toString()));

        int exitCode = run(wrong, "--check");

        assertThat(exitCode).isOne();
        assertThat(failure)
                .contains(
                        "Invalid input 'images' of step 'classify': the model has none of that name. Did you mean 'image'?")
                .contains("the model's input 'image' ([-1, 32, 32, 1] float32) is missing");
    }

    private int run(String example, String... arguments) throws Exception {
        return run(EXAMPLES.resolve("jobs").resolve(example), arguments);
    }

    private int run(Path file, String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                file.toString(),
                                "--simulated",
                                "--ledger=none",
                                "--set=INPUT=" + input(),
                                "--set=OUTPUT=" + directory.resolve("output")));
        all.addAll(List.of(arguments));
        return new CommandLine(new JobRunCommand())
                .setOut(new PrintWriter(out, true))
                .setExecutionExceptionHandler(
                        (exception, command, parsed) -> {
                            failure = String.valueOf(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(all.toArray(String[]::new));
    }

    /** Images of the example and a file that is none; lists hold relative paths. */
    private Path input() throws Exception {
        Path letter = Files.writeString(directory.resolve("letter.jpg"), "This is no image.");
        Path digits = EXAMPLES.resolve("digits");
        try (Stream<String> files = Files.lines(digits.resolve("test.txt"))) {
            return Files.write(
                    directory.resolve("files.txt"),
                    Stream.concat(files.limit(IMAGES).map(digits::resolve), Stream.of(letter))
                            .map(file -> directory.relativize(file).toString())
                            .toList());
        }
    }

    /** A key is held as long as it is heard in one window after the other. */
    private static Map<String, String> dialledNumbers(List<JsonNode> rows) {
        Map<String, String> numbers = new TreeMap<>();
        Map<String, JsonNode> last = new HashMap<>();
        rows.stream()
                .sorted(Comparator.comparing(row -> row.path("second").asDouble()))
                .forEach(
                        row -> {
                            String file = row.path("file").asText();
                            JsonNode before = last.put(file, row);
                            boolean isHeld =
                                    before != null
                                            && before.path("key").equals(row.path("key"))
                                            && row.path("second").asDouble()
                                                            - before.path("second").asDouble()
                                                    < 0.03;
                            if (!isHeld) {
                                numbers.merge(file, row.path("key").asText(), String::concat);
                            }
                        });
        return numbers;
    }

    /** The label is the name of the file's directory. */
    private long rightOnes(String name) throws Exception {
        return lines(name).stream()
                .filter(
                        row ->
                                Path.of(row.path("file").asText())
                                        .getParent()
                                        .getFileName()
                                        .toString()
                                        .equals(row.path("label").asText()))
                .count();
    }

    private List<JsonNode> lines(String name) throws Exception {
        Path lines = directory.resolve("output").resolve(name);
        try (Stream<JsonNode> stream =
                JsonLines.read(new org.apache.flink.core.fs.Path(lines.toUri()))) {
            return stream.toList();
        }
    }
}
