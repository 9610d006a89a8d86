package io.flinkgpu.inference.python;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract's models, each a class in a file of one directory. */
final class PythonContractModels implements ContractModels {

    private static final String ECHO = "{'x': batch['x']}";

    private final Path directory;

    PythonContractModels(Path directory) {
        this.directory = directory;
    }

    @Override
    public ModelRef echo(DataType type) throws IOException {
        return write("{'x': ('%s', (2,))}".formatted(type), ECHO);
    }

    @Override
    public ModelRef echoOfOpenRows() throws IOException {
        return write("{'x': ('float32', (None, None))}", ECHO);
    }

    @Override
    public ModelRef echoOfUnknownRank() throws IOException {
        return write("{'x': 'float32'}", ECHO);
    }

    @Override
    public ModelRef echoOfFixedBatch(int rows) throws IOException {
        return echo(DataType.FLOAT32).withOption("python.batch-size", String.valueOf(rows));
    }

    @Override
    public ModelRef sumAndDifference() throws IOException {
        return write(
                "{'a': ('float32', (2,)), 'b': ('float32', (2,))}",
                "{'sum': ('float32', (2,)), 'difference': ('float32', (2,))}",
                "{'sum': batch['a'] + batch['b'], 'difference': batch['a'] - batch['b']}");
    }

    @Override
    public ModelRef totalOfRows() throws IOException {
        return write(
                "{'x': ('float32', (3,))}",
                "{'total': 'float32'}",
                "{'total': batch['x'].sum(axis=0)}");
    }

    @Override
    public ModelRef numbersOfTexts() throws IOException {
        return write(
                "{'text': ('str', ())}",
                "{'number': ('float32', ())}",
                "{'number': np.array([float(text) for text in batch['text']], np.float32)}");
    }

    @Override
    public ModelRef numberedVersions() throws IOException {
        return echo(DataType.FLOAT32);
    }

    @Override
    public ModelRef corrupt() throws IOException {
        return model(Files.writeString(directory.resolve("corrupt.py"), "class Model"));
    }

    @Override
    public ModelRef missing() {
        return model(directory.resolve("none.py"));
    }

    private ModelRef write(String tensors, String answer) throws IOException {
        return write(tensors, tensors, answer);
    }

    private ModelRef write(String inputs, String outputs, String answer) throws IOException {
        String code =
                """
                import numpy as np


                class Model:
                    inputs = %s
                    outputs = %s

                    def __call__(self, batch):
                        return %s
                """;
        return model(
                Files.writeString(
                        directory.resolve("contract.py"), code.formatted(inputs, outputs, answer)));
    }

    private static ModelRef model(Path file) {
        return PythonModel.of(file + ":Model").executable(PythonInterpreters.EXECUTABLE).ref();
    }
}
