package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFilesTest {

    private static final String WAY_OUT =
            " Give an ONNX file that exists on every task manager that runs the model.";

    @TempDir private Path directory;

    @Test
    void takesAFileAsItIs() throws Exception {
        Path file = touch("digits.onnx");

        assertThat(OnnxFiles.file(model(file))).isEqualTo(file);
    }

    @Test
    void takesTheModelInADirectory() throws Exception {
        Path file = touch("digits/model.onnx");
        Path other = touch("small/model.ort");

        assertThat(OnnxFiles.file(model(file.getParent()))).isEqualTo(file);
        assertThat(OnnxFiles.file(model(other.getParent()))).isEqualTo(other);
    }

    @Test
    void countsTheWeightsBesideTheFile() throws Exception {
        Path file = Files.writeString(directory.resolve("m.onnx"), "12345");
        Files.writeString(directory.resolve("m.onnx.data"), "1234567");
        Files.writeString(directory.resolve("m.onnx_data"), "12");
        Files.writeString(directory.resolve("other.onnx"), "1");

        assertThat(OnnxFiles.bytes(file)).isEqualTo(14);
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        assertRefused(directory.resolve("none"), "there is no such file or directory");
        assertRefused(
                Files.createDirectory(directory.resolve("empty")),
                "the directory holds no readable model.onnx or model.ort");
        assertThatThrownBy(() -> OnnxFiles.file(ModelRef.onnx("no\0path")))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageEndingWith(": it is not a local path." + WAY_OUT);
    }

    private static void assertRefused(Path location, String reason) {
        assertThatThrownBy(() -> OnnxFiles.file(model(location)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("Cannot load model '%s': %s.".formatted(location, reason) + WAY_OUT);
    }

    private Path touch(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private static ModelRef model(Path location) {
        return ModelRef.onnx(location.toString());
    }
}
