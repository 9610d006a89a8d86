package io.flinkgpu.deploy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelsTest {

    @TempDir private Path directory;

    @Test
    void servesModelUnderItsDirectorysNameAtTheDefaultSignature() throws IOException {
        Path model = model("digits");

        assertThat(ServedModels.parse(List.of(model.toString())))
                .isEqualTo(Map.of("digits", ModelRef.savedModel(model.toString())));
    }

    @Test
    void takesNameAndSignature() throws IOException {
        Path model = model("digits");

        assertThat(ServedModels.parse(List.of("numbers=" + model + "#raw")))
                .isEqualTo(
                        Map.of(
                                "numbers",
                                ModelRef.savedModel(model.toString()).withSignature("raw")));
    }

    @Test
    void takesOnnxFilesByTheirEndOrByTheRuntimesName() throws IOException {
        Path file = Files.createFile(directory.resolve("digits.onnx"));
        Path home = Files.createDirectories(directory.resolve("other/1"));
        Files.createFile(home.resolve("model.onnx"));

        assertThat(ServedModels.parse(List.of(file.toString(), "more=onnx:" + home.getParent())))
                .isEqualTo(
                        Map.of(
                                "digits",
                                ModelRef.onnx(file.toString()),
                                "more",
                                ModelRef.onnx(home.getParent().toString())));
    }

    @Test
    void takesPythonCode() throws IOException {
        Path file = Files.createFile(directory.resolve("sentiment.py"));
        ModelRef code = ModelRef.python(file + ":Sentiment");

        assertThat(ServedModels.parse(List.of(file + ":Sentiment")))
                .isEqualTo(Map.of("Sentiment", code));
        assertThat(ServedModels.parse(List.of("sentiment=python:" + file + ":Sentiment")))
                .isEqualTo(Map.of("sentiment", code));
        assertThat(ServedModels.parse(List.of("python:models.sentiment:Sentiment")))
                .isEqualTo(Map.of("Sentiment", ModelRef.python("models.sentiment:Sentiment")));
        assertThatThrownBy(() -> ServedModels.parse(List.of("/no/such.py:Model")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot load model '/no/such.py:Model': there is no such file. Give one that exists on every task manager.");
    }

    @Test
    void equalsSignOfPathIsNoName() throws IOException {
        Path model = model("run=3");

        assertThat(ServedModels.parse(List.of(model.toString()))).containsOnlyKeys("run=3");
    }

    @Test
    void takesDirectoryOfNumberedVersions() throws IOException {
        model("digits/1");
        model("digits/20");

        assertThat(ServedModels.parse(List.of(directory.resolve("digits").toString())))
                .containsOnlyKeys("digits");
    }

    @Test
    void namesOneVersionByItsModel() throws IOException {
        Path version = model("digits/20");

        assertThat(ServedModels.parse(List.of(version.toString()))).containsOnlyKeys("digits");
    }

    @Test
    void refusesVersionWithoutModel() throws IOException {
        model("digits/1");
        Files.createDirectories(directory.resolve("digits/2"));

        assertThatThrownBy(
                        () -> ServedModels.parse(List.of(directory.resolve("digits").toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Cannot load model '%s': the directory holds no readable saved_model.pb."
                                .formatted(directory.resolve("digits/2")));
    }

    @Test
    void refusesDirectoryWithoutModel() {
        assertThatThrownBy(() -> ServedModels.parse(List.of(directory.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither a readable saved_model.pb nor numbered versions");
    }

    @Test
    void refusesMissingDirectory() {
        assertThatThrownBy(() -> ServedModels.parse(List.of(directory.resolve("none").toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no such directory");
    }

    @Test
    void takesUrisAsTheyAre() {
        assertThat(
                        ServedModels.parse(
                                List.of(
                                        "s3://models/digits/3#raw",
                                        "more=hdfs:///models/m",
                                        "s3://models/text.onnx",
                                        "other=onnx:s3://models/other")))
                .isEqualTo(
                        Map.of(
                                "digits",
                                ModelRef.savedModel("s3://models/digits/3").withSignature("raw"),
                                "more",
                                ModelRef.savedModel("hdfs:///models/m"),
                                "text",
                                ModelRef.onnx("s3://models/text.onnx"),
                                "other",
                                ModelRef.onnx("s3://models/other")));
    }

    @Test
    void refusesTextWithoutDirectory() {
        assertThatThrownBy(() -> ServedModels.parse(List.of("digits=#raw")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid --model: digits=#raw. Write [NAME=][RUNTIME:]LOCATION[#SIGNATURE].");
    }

    @Test
    void refusesTwoModelsOfOneName() throws IOException {
        String first = model("a/digits").toString();
        String second = model("b/digits").toString();

        assertThatThrownBy(() -> ServedModels.parse(List.of(first, second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid --model: %s. Another model is named 'digits', too; write NAME=LOCATION."
                                .formatted(second));
        assertThat(ServedModels.parse(List.of(first, "more=" + second)))
                .containsOnlyKeys("digits", "more");
    }

    private Path model(String name) throws IOException {
        Path model = Files.createDirectories(directory.resolve(name));
        Files.createFile(model.resolve("saved_model.pb"));
        return model;
    }
}
