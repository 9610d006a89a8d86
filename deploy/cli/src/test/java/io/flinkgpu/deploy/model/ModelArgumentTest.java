package io.flinkgpu.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArgumentTest {

    @TempDir private Path directory;

    @Test
    void aPathThatExistsBecomesAbsolute() {
        Path here = Path.of("").toAbsolutePath();

        assertThat(ModelArgument.parse("src/../src#raw"))
                .isEqualTo(
                        ModelRef.savedModel(here.resolve("src").toString()).withSignature("raw"));
        assertThat(ModelArgument.parse("onnx:src").location())
                .isEqualTo(here.resolve("src").toString());
        assertThat(ModelArgument.parse("none.onnx")).isEqualTo(ModelRef.onnx("none.onnx"));
    }

    @Test
    void codeHasThePathOfItsFile() throws Exception {
        Path file = Files.createFile(directory.resolve("scale.py"));
        ModelRef scale = ModelRef.python(file + ":Scale");
        ModelRef module = ModelRef.python("src:Scale");

        assertThat(ModelArgument.parse("scale.py:Scale", () -> directory)).isEqualTo(scale);
        assertThat(ModelArgument.parse("python:scale.py:Scale", () -> directory)).isEqualTo(scale);
        assertThat(ModelArgument.parse("python:src:Scale")).isEqualTo(module);
        assertThatCode(() -> ModelArgument.requirePresent(scale)).doesNotThrowAnyException();
        assertThatCode(() -> ModelArgument.requirePresent(module)).doesNotThrowAnyException();
    }

    @Test
    void aPathThatIsNotHereIsLookedForElsewhere() throws Exception {
        Path file = Files.createFile(directory.resolve("a.onnx"));

        assertThat(ModelArgument.parse("a.onnx", () -> directory))
                .isEqualTo(ModelRef.onnx(file.toString()));
        assertThat(ModelArgument.parse("none.onnx", () -> directory))
                .isEqualTo(ModelRef.onnx("none.onnx"));
        assertThat(ModelArgument.parse("src", () -> directory).location())
                .isEqualTo(Path.of("src").toAbsolutePath().toString());
    }

    @Test
    void findsOnnxFilesAndDirectoriesOfThem() throws Exception {
        Path file = Files.createFile(directory.resolve("a.onnx"));
        Path home = Files.createDirectories(directory.resolve("m/3"));
        Files.createFile(home.resolve("model.onnx"));

        for (String text :
                new String[] {file.toString(), "onnx:" + home, "onnx:" + home.getParent()}) {
            assertThatCode(() -> ModelArgument.requirePresent(ModelArgument.parse(text)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> ModelArgument.requirePresent(ModelRef.onnx("/no/model.onnx")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Cannot load model '/no/model.onnx': there is no such file or directory.");
        assertThatThrownBy(() -> ModelArgument.requirePresent(ModelRef.python("/no/such.py:Model")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot load model '/no/such.py:Model': there is no such file. Give one that exists on every task manager.");
        assertThatThrownBy(
                        () -> ModelArgument.requirePresent(ModelRef.parse("s3://m/such.py:Model")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Cannot load model 's3://m/such.py:Model': there is no such file.");
        assertThatThrownBy(() -> ModelArgument.requirePresent(ModelRef.python("such.py")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("Write file.py:Class or package.module:Class.");
    }

    @Test
    void refusesARuntimeThatIsNotThere() {
        assertThatThrownBy(() -> ModelArgument.requirePresent(ModelRef.parse("abacus:/models/a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid model runtime: 'abacus'. Known runtimes: [");
    }
}
