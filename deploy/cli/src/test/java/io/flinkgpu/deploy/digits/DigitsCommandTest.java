package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DigitsCommandTest {
    private static final Path COMMITTED = Path.of("src/main/dist/examples/digits");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            new CommandLine(new DigitsCommand())
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));

    @TempDir Path directory;

    @Test
    void generatesAndTrainsWithOneCommandEach() throws IOException {
        Path data = directory.resolve("digits");

        int generated =
                command.execute(
                        "generate", "--output", data.toString(), "--train", "40", "--test", "10");
        int trained = command.execute("train", "--data", data.toString(), "--epochs", "1");

        assertThat(generated).isZero();
        assertThat(trained).isZero();
        assertThat(DigitsDataSet.open(data).train()).hasSize(40);
        assertThat(data.resolve("model/saved_model.pb")).isNotEmptyFile();
        assertThat(data.resolve("digits.onnx")).isNotEmptyFile();
        assertThat(out.toString()).contains("Test accuracy 0.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits.onnx", "digits.npz"})
    void exportsTheCommittedFileFromTheCommittedModel(String name) {
        Path file = directory.resolve(name);

        int code = export(file);

        assertThat(code).as(err.toString()).isZero();
        assertThat(file).hasSameBinaryContentAs(COMMITTED.resolve(name));
    }

    @Test
    void refusesToExportIntoAFileOfAnotherKind() {
        int code = export(directory.resolve("digits.pt"));

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("digits.pt. It must end in .onnx or .npz.");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesANumberThatIsTooSmall() {
        int code = command.execute("generate", "--output", directory.toString(), "--train", "3");

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("Invalid train: 3. It must be at least 10, one image of each digit.");
    }

    @Test
    void refusesATrainingWithoutEpochs() {
        int code = command.execute("train", "--data", directory.toString(), "--epochs", "0");

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("Invalid epochs: 0. It must be at least 1.");
    }

    @Test
    void asksForASubcommand() {
        int code = command.execute();

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("Missing subcommand: choose generate, train or export.");
    }

    @Test
    void explainsItself() {
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString()).contains("generate", "train", "./flink-gpu digits generate");
    }

    private int export(Path file) {
        return command.execute(
                "export",
                "--model",
                COMMITTED.resolve("model").toString(),
                "--output",
                file.toString());
    }
}
