package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DigitsCommandTest {
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

    @Test
    void exportsTheCommittedFileFromTheCommittedModel() {
        Path committed = Path.of("src/main/dist/examples/digits");
        Path file = directory.resolve("digits.onnx");

        int code =
                command.execute(
                        "export",
                        "--model",
                        committed.resolve("model").toString(),
                        "--output",
                        file.toString());

        assertThat(code).as(err.toString()).isZero();
        assertThat(file).hasSameBinaryContentAs(committed.resolve("digits.onnx"));
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
}
