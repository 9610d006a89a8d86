package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxLoaderTest {

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("m.onnx");
    }

    @Test
    void readsTheSignatureInTheFilesOrder() throws Exception {
        try (LoadedModel model = load(TestingOnnxModels.sumAndDifference())) {
            assertThat(model.signature().name()).isEqualTo("serving_default");
            assertThat(model.signature().inputs())
                    .containsExactly(
                            new TensorSpec("b", DataType.FLOAT32, Shape.of(-1, 2)),
                            new TensorSpec("a", DataType.FLOAT32, Shape.of(-1, 2)));
            assertThat(model.signature().outputs())
                    .extracting(TensorSpec::name)
                    .containsExactly("sum", "difference");
        }
    }

    @Test
    void tellsScalarsFromTensorsOfUnknownRank() throws Exception {
        OnnxGraph graph =
                new OnnxGraph("two")
                        .input("any", DataType.FLOAT32, Shape.ofUnknownRank())
                        .input("one", DataType.FLOAT32, Shape.scalar())
                        .node("Mul", List.of("any", "one"), List.of("y"))
                        .output("y", DataType.FLOAT32, Shape.ofUnknownRank());

        try (LoadedModel model = load(graph)) {
            assertThat(model.signature().inputs())
                    .extracting(TensorSpec::shape)
                    .containsExactly(Shape.ofUnknownRank(), Shape.scalar());
            assertThat(model.signature().outputs().get(0).shape()).isEqualTo(Shape.ofUnknownRank());
        }
    }

    @Test
    void describesTheModel() throws Exception {
        OnnxGraph graph =
                TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 2))
                        .producer("a trainer", "org.example", 7)
                        .description("Gives what it takes.")
                        .property("classes", "0,1");

        try (LoadedModel model = load(graph)) {
            assertThat(model.description().platform()).isEqualTo("onnxruntime_onnx");
            assertThat(model.description().properties())
                    .containsOnly(
                            entry("producer_name", "a trainer"),
                            entry("domain", "org.example"),
                            entry("graph_name", "echo"),
                            entry("description", "Gives what it takes."),
                            entry("model_version", "7"),
                            entry("opset", "17"),
                            entry("property.classes", "0,1"));
            assertThat(model.memoryBytes()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void loadsTheRuntimesOwnFormat() throws Exception {
        TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 2)).write(file);
        Path converted = directory.resolve("m.ort");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizedModelFilePath(converted.toString());
            options.addConfigEntry("session.save_model_format", "ORT");
            OnnxLoader.environment().createSession(file.toString(), options).close();
        }

        try (LoadedModel model = load(converted)) {
            TensorBatch row = TensorBatch.of("x", Tensor.ofFloats(Shape.of(1, 2), 1, 2));
            assertThat(model.run(List.of(row)).tensor("y").toFloats()).containsExactly(1, 2);
            assertThat(model.description().properties()).doesNotContainKey("opset");
        }
    }

    @Test
    void aSimulatedGpuComputesOnTheProcessor() throws Exception {
        TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 2)).write(file);
        ModelDevice third = new ModelDevice("2", ModelDevice.Kind.SIMULATED_GPU, 2, 0, 1 << 20);

        new OnnxRuntime().load(ModelRef.onnx(file.toString()), third).close();
    }

    @Test
    void refusesATruncatedFile() throws Exception {
        TestingOnnxModels.lookup().write(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith(
                        "Cannot load model '%s': ONNX Runtime cannot open it: ".formatted(file));
    }

    @Test
    void refusesAnOperatorThatThereIsNot() {
        OnnxGraph graph =
                new OnnxGraph("odd")
                        .input("x", DataType.FLOAT32, Shape.of(-1))
                        .node("NoSuchOperator", List.of("x"), List.of("y"))
                        .output("y", DataType.FLOAT32, Shape.of(-1));

        assertThatThrownBy(() -> load(graph))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("NoSuchOperator");
    }

    @Test
    void refusesOutputsThatAreNoTensors() {
        OnnxGraph graph =
                new OnnxGraph("sequence")
                        .input("x", DataType.FLOAT32, Shape.of(-1, 2))
                        .node("SequenceConstruct", List.of("x"), List.of("parts"))
                        .sequenceOutput("parts", DataType.FLOAT32);

        assertThatThrownBy(() -> load(graph))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith(
                        "Cannot load model '%s': output 'parts' is a SequenceInfo. A batch holds tensors: "
                                .formatted(file));
    }

    @Test
    void givesUnsignedOutputsThoughItTakesNoSuchInputs() throws Exception {
        OnnxGraph graph =
                new OnnxGraph("unsigned")
                        .input("x", DataType.INT32, Shape.of(-1))
                        .node("Cast", List.of("x"), List.of("y"), Map.of("to", DataType.UINT16))
                        .output("y", DataType.UINT16, Shape.of(-1));

        try (LoadedModel model = load(graph)) {
            TensorBatch rows = TensorBatch.of("x", Tensor.ofInts(Shape.of(2), 1, 65_535));
            Tensor answers = model.run(List.of(rows)).tensor("y");
            assertThat(answers.dataType()).isEqualTo(DataType.UINT16);
            assertThat(answers.data().getShort(2)).isEqualTo((short) -1);
        }
    }

    private LoadedModel load(OnnxGraph graph) throws ModelLoadException, IOException {
        return load(graph.write(file));
    }

    private static LoadedModel load(Path path) throws ModelLoadException {
        return new OnnxRuntime().load(ModelRef.onnx(path.toString()), ModelDevice.cpu());
    }

    private static Map.Entry<String, String> entry(String key, String value) {
        return Map.entry(key, value);
    }
}
