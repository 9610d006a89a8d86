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
    }

    @Test
    void refusesARuntimeThatIsNotThere() {
        assertThatThrownBy(() -> ModelArgument.requirePresent(ModelRef.parse("abacus:/models/a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid model runtime: 'abacus'. Known runtimes: [");
    }
}
