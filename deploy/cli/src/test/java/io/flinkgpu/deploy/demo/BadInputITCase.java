package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the demo says to files, models and profiles that it cannot work with. */
@Timeout(120)
class BadInputITCase {

    @TempDir private Path directory;
    private DemoCli demo;

    @BeforeEach
    void useDirectory() {
        demo = new DemoCli(directory);
    }

    @Test
    void badImagesBecomeDeadLettersAndTheJobGoesOn() throws Exception {
        Path images = TestImages.good(directory.resolve("images"), 8);
        TestImages.zeroByte(images.resolve("empty.jpg"));
        TestImages.truncated(images.resolve("truncated.jpg"));
        TestImages.text(images.resolve("text.jpg"));
        TestImages.huge(images.resolve("huge.jpg"));

        int exitCode = demo.run("--input=" + images, "--repeat=2");

        assertThat(demo.failure()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(demo.report().path("rowsIn").asInt()).isEqualTo(24);
        assertThat(demo.report().path("rowsOut").asInt()).isEqualTo(16);
        assertThat(demo.report().path("deadLetters").asInt()).isEqualTo(8);
        assertThat(demo.deadLetters())
                .hasSize(8)
                .allSatisfy(
                        letter -> {
                            assertThat(letter.path("stage").asText()).isEqualTo("decode");
                            assertThat(letter.path("errorClass").asText())
                                    .isEqualTo("BadImageException");
                        });
        Map<String, String> causes = causesByFile();
        assertThat(causes).containsOnlyKeys("empty.jpg", "truncated.jpg", "text.jpg", "huge.jpg");
        assertThat(causes.get("empty.jpg")).contains("0 bytes");
        assertThat(causes.get("truncated.jpg")).contains("truncated");
        assertThat(causes.get("text.jpg")).contains("none of JPEG, PNG");
        assertThat(causes.get("huge.jpg")).contains("30000 x 30000", "maxPixels");
    }

    @Test
    void limitOfPixelsIsConfigurable() throws Exception {
        Path images = TestImages.good(directory.resolve("images"), 2);

        demo.run("--input=" + images, "--max-pixels=100", "--parallelism=1");

        assertThat(demo.failure()).isEmpty();
        assertThat(demo.report().path("deadLetters").asInt()).isEqualTo(2);
        assertThat(demo.report().path("rowsOut").asInt()).isZero();
        assertThat(causesByFile().values()).allMatch(cause -> cause.contains("limit of 100"));
    }

    @Test
    void imagesOfAnotherShapeThanTheModelsBecomeDeadLetters() throws Exception {
        Path images = TestImages.good(directory.resolve("images"), 2);

        demo.run("--input=" + images, "--image-size=16", "--parallelism=1");

        assertThat(demo.failure()).isEmpty();
        assertThat(demo.report().path("deadLetters").asInt()).isEqualTo(2);
        assertThat(demo.deadLetters())
                .allMatch(letter -> letter.path("stage").asText().equals("inference"));
        assertThat(demo.printed()).contains("2 dead letters (such as: ");
    }

    @Test
    void refusesMissingInput() {
        int exitCode = demo.run("--input=" + directory.resolve("nowhere"));

        assertThat(exitCode).isOne();
        assertThat(demo.failure()).contains("nowhere", "It must be an existing directory");
        assertThat(demo.output()).doesNotExist();
    }

    @Test
    void refusesEmptyDirectory() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        int exitCode = demo.run("--input=" + empty);

        assertThat(exitCode).isOne();
        assertThat(demo.failure()).contains("empty", "It must hold at least one file");
    }

    @Test
    void refusesUnreadableDirectory() throws Exception {
        Path images = TestImages.good(directory.resolve("images"), 1);
        Files.setPosixFilePermissions(images, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(
                    Files.isReadable(images), "SKIPPED: this user (root?) reads every directory.");

            int exitCode = demo.run("--input=" + images);

            assertThat(exitCode).isOne();
            assertThat(demo.failure()).contains("Cannot list directory", "images");
        } finally {
            Files.setPosixFilePermissions(images, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void refusesOutputThatIsNotEmpty() throws Exception {
        Files.createDirectories(demo.output());
        Files.writeString(demo.output().resolve("notes"), "mine");

        int exitCode = demo.run("--input=" + TestImages.list(directory, 1));

        assertThat(exitCode).isOne();
        assertThat(demo.failure()).startsWith("Invalid --output: ").contains("It is not empty");
        assertThat(demo.output().resolve("notes")).hasContent("mine");
    }

    @Test
    void refusesMissingModel() throws Exception {
        int exitCode =
                demo.run(
                        "--input=" + TestImages.list(directory, 1),
                        "--model=" + directory.resolve("no-model"));

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .startsWith("Cannot load model '")
                .contains("no-model': there is no such directory.");
        assertThat(demo.output()).doesNotExist();
    }

    @Test
    void refusesDirectoryWithoutModel() throws Exception {
        int exitCode = demo.run("--input=" + TestImages.list(directory, 1), "--model=" + directory);

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .contains("the directory holds neither a readable saved_model.pb");
    }

    @Test
    void failsWhereModelLacksSignature() throws Exception {
        int exitCode =
                demo.run("--input=" + TestImages.list(directory, 1), "--signature=classify_all");

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .startsWith("Cannot finish job ")
                .contains("it has no signature 'classify_all'. It has [serving_default].");
    }

    @Test
    void failsWhereModelTakesAnotherType() throws Exception {
        Path model = TinyModel.ofDoubles(directory.resolve("doubles"));

        int exitCode = demo.run("--input=" + TestImages.list(directory, 1), "--model=" + model);

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .startsWith("Cannot finish job ")
                .contains("'image'", "float64", "float32");
    }

    @Test
    void failsWhereModelLacksScores() throws Exception {
        int exitCode = demo.run("--input=" + TestImages.list(directory, 1), "--scores=logits");

        assertThat(exitCode).isOne();
        assertThat(demo.failure()).contains("Cannot read scores 'logits'", "probabilities");
    }

    @Test
    @Timeout(30)
    void refusesProfileLargerThanThisProcess() throws Exception {
        Path profiles = profiles("inference: {cpu-cores: 5000, task-heap: 64 mb, gpus: 1}");

        int exitCode =
                demo.run("--input=" + TestImages.list(directory, 1), "--profiles=" + profiles);

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .startsWith("Cannot place profile 'inference' (cpu 5000,")
                .contains("Task managers: this process (cpu ");
    }

    @Test
    void refusesFileWithoutProfileOfStage() throws Exception {
        Path profiles = profiles("score: {cpu-cores: 1, task-heap: 64 mb}");

        int exitCode =
                demo.run("--input=" + TestImages.list(directory, 1), "--profiles=" + profiles);

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .isEqualTo("Invalid profile: 'inference'. Known profiles are [decode, score].");
    }

    private Path profiles(String second) throws IOException {
        return Files.writeString(
                directory.resolve("profiles.yaml"),
                "profiles:\n  decode: {cpu-cores: 0.5, task-heap: 64 mb}\n  " + second + "\n");
    }

    private Map<String, String> causesByFile() throws IOException {
        Function<JsonNode, String> fileName =
                letter -> Path.of(letter.path("file").asText()).getFileName().toString();
        return demo.deadLetters().stream()
                .collect(
                        Collectors.toMap(
                                fileName,
                                letter -> letter.path("cause").asText(),
                                (first, second) -> first));
    }
}
