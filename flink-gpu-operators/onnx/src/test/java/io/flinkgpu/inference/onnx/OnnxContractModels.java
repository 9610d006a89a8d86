package io.flinkgpu.inference.onnx;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract's models, in ONNX files of one directory. */
final class OnnxContractModels implements ContractModels {

    private final Path directory;

    OnnxContractModels(Path directory) {
        this.directory = directory;
    }

    @Override
    public ModelRef echo(DataType type) throws IOException {
        return write(TestingOnnxModels.echo(type, Shape.of(-1, 2)));
    }

    @Override
    public ModelRef echoOfOpenRows() throws IOException {
        return write(TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, -1, -1)));
    }

    @Override
    public ModelRef echoOfUnknownRank() throws IOException {
        return write(TestingOnnxModels.echo(DataType.FLOAT32, Shape.ofUnknownRank()));
    }

    @Override
    public ModelRef echoOfFixedBatch(int rows) throws IOException {
        return write(TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(rows, 2)));
    }

    @Override
    public ModelRef sumAndDifference() throws IOException {
        return write(TestingOnnxModels.sumAndDifference());
    }

    @Override
    public ModelRef totalOfRows() throws IOException {
        return write(TestingOnnxModels.totalOfRows());
    }

    @Override
    public ModelRef numbersOfTexts() throws IOException {
        return write(TestingOnnxModels.numbersOfTexts());
    }

    @Override
    public ModelRef numberedVersions() throws IOException {
        for (String version : new String[] {"1", "3"}) {
            Path home = Files.createDirectories(directory.resolve("versions").resolve(version));
            TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 2))
                    .write(home.resolve("model.onnx"));
        }
        return ModelRef.onnx(directory.resolve("versions").toString());
    }

    @Override
    public ModelRef corrupt() throws IOException {
        return ModelRef.onnx(Files.writeString(directory.resolve("bad.onnx"), "junk").toString());
    }

    @Override
    public ModelRef missing() {
        return ModelRef.onnx(directory.resolve("none.onnx").toString());
    }

    private ModelRef write(OnnxGraph graph) throws IOException {
        return ModelRef.onnx(graph.write(directory.resolve("contract.onnx")).toString());
    }
}
