package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.Struct;
import org.tensorflow.proto.TensorInfo;

class SavedModelLoaderTest {

    private static final String WAY_OUT =
            " Give a SavedModel directory that exists on every task manager that runs the model.";

    private static final Struct.TypeSpecProto RAGGED =
            Struct.TypeSpecProto.newBuilder()
                    .setTypeSpecClass(Struct.TypeSpecProto.TypeSpecClass.RAGGED_TENSOR_SPEC)
                    .build();

    @TempDir private Path directory;

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(ModelRuntime.class))
                .filteredOn(ModelRuntime::name, "tensorflow")
                .singleElement()
                .isInstanceOf(TensorFlowRuntime.class);
    }

    @Test
    void readsTheSignature() throws Exception {
        try (LoadedModel model = load(TestingSavedModels.linear(directory))) {
            assertThat(model.signature().name()).isEqualTo("serving_default");
            assertThat(model.signature().inputs())
                    .containsExactly(
                            new TensorSpec(
                                    "x",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT32,
                                    Shape.of(-1, 3)));
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new TensorSpec(
                                    "y",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT32,
                                    Shape.of(-1, 3)));
        }
    }

    @Test
    void readsSeveralInputsAndOutputsByName() throws Exception {
        try (LoadedModel model = load(TestingSavedModels.severalInputsAndOutputs(directory))) {
            assertThat(model.signature().inputs())
                    .containsExactly(
                            new TensorSpec(
                                    "a",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT32,
                                    Shape.of(-1, 2)),
                            new TensorSpec(
                                    "b",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT32,
                                    Shape.of(-1, 2)),
                            new TensorSpec(
                                    "weight",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT64,
                                    Shape.of(-1)));
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new TensorSpec(
                                    "scaled",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT64,
                                    Shape.of(-1, 2)),
                            new TensorSpec(
                                    "sum",
                                    io.flinkgpu.inference.tensor.DataType.FLOAT32,
                                    Shape.of(-1, 2)));
        }
    }

    @Test
    void readsOpenAxesAndUnknownRanks() throws Exception {
        try (LoadedModel open = load(TestingSavedModels.openRows(directory.resolve("open")));
                LoadedModel any = load(TestingSavedModels.unknownRank(directory.resolve("any")))) {
            assertThat(open.signature().inputs().get(0).shape()).isEqualTo(Shape.of(-1, -1, -1));
            assertThat(any.signature().inputs().get(0).shape()).isEqualTo(Shape.ofUnknownRank());
        }
    }

    @Test
    void takesTheSizeOfTheFilesForTheWeights() throws Exception {
        try (LoadedModel model = load(TestingSavedModels.perceptron(directory, 64))) {
            assertThat(model.memoryBytes()).isBetween(64 * 74 * 4L, 64 * 74 * 4L + 50_000);
        }
    }

    @Test
    void refusesAMissingDirectory() {
        Path missing = directory.resolve("none");

        assertThatThrownBy(() -> load(missing))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model '%s': there is no such directory.".formatted(missing)
                                + WAY_OUT);
    }

    @Test
    void refusesADirectoryWithoutAGraph() throws Exception {
        Files.createDirectories(directory.resolve("variables"));

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model '%s': the directory holds no readable saved_model.pb."
                                        .formatted(directory)
                                + WAY_OUT);
    }

    @Test
    void refusesALocationThatIsNoPath() {
        ModelRef model = ModelRef.savedModel("no\0path");

        assertThatThrownBy(() -> new TensorFlowRuntime().load(model, ModelDevice.cpu()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining(": it is not a local path." + WAY_OUT);
    }

    @Test
    void refusesACorruptGraph() throws Exception {
        Files.write(directory.resolve("saved_model.pb"), "junk".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith(
                        "Cannot load model '%s': TensorFlow cannot open its SavedModel: "
                                .formatted(directory));
    }

    @Test
    void refusesACorruptGraphOnAnotherDevice() throws Exception {
        Files.write(directory.resolve("saved_model.pb"), "junk".getBytes(StandardCharsets.UTF_8));
        ModelDevice second = new ModelDevice("1", ModelDevice.Kind.SIMULATED_GPU, 1, 0, 1);

        assertThatThrownBy(
                        () ->
                                new TensorFlowRuntime()
                                        .load(ModelRef.savedModel(directory.toString()), second))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith("Cannot load model '%s': ".formatted(directory));
    }

    @Test
    void refusesMissingWeights() throws Exception {
        TestingSavedModels.linear(directory);
        Path data = directory.resolve("variables/variables.data-00000-of-00001");
        Files.delete(data);
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith(
                        "Cannot load model '%s': TensorFlow cannot open its SavedModel: "
                                .formatted(directory));

        Files.delete(directory.resolve("variables/variables.index"));
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model '%s': the directory holds no variables/variables.index."
                                        .formatted(directory)
                                + WAY_OUT);
    }

    @Test
    void namesTheSignaturesThatThereAre() throws Exception {
        TestingSavedModels.linear(directory);
        ModelRef unknown = ModelRef.savedModel(directory.toString()).withSignature("classify");

        assertThatThrownBy(() -> new TensorFlowRuntime().load(unknown, ModelDevice.cpu()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        ("Cannot load model '%s': it has no signature 'classify'. It has"
                                        + " [serving_default].")
                                .formatted(directory));
    }

    @Test
    void namesTagsThatThereAreNot() throws Exception {
        TestingSavedModels.linear(directory);
        ModelRef tagged =
                ModelRef.savedModel(directory.toString())
                        .withOption(TensorFlowRuntime.TAGS, "train");

        assertThatThrownBy(() -> new TensorFlowRuntime().load(tagged, ModelDevice.cpu()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("tags")
                .hasMessageContaining("train");
    }

    @Test
    void refusesASignatureWithoutInputs() throws Exception {
        edit(SignatureDef.Builder::clearInputs);

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        ("Cannot load model '%s': signature 'serving_default' has 0 inputs and 1"
                                        + " outputs. It must have at least one of each.")
                                .formatted(directory));
    }

    @Test
    void refusesATypeThatTensorFlowJavaCannotHold() throws Exception {
        TestingSavedModels.identityOf(DataType.DT_INT8, directory);

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        ("Cannot load model '%s': tensor 'x' has type DT_INT8, which TensorFlow"
                                        + " Java cannot hold.")
                                .formatted(directory));
    }

    @Test
    void refusesAnOutputThatIsTheInputItself() throws Exception {
        TestingSavedModels.fedTensor(directory);

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        ("Cannot load model '%s': output 'y' is input 'x' itself. Export it through"
                                        + " tf.identity.")
                                .formatted(directory));
    }

    @Test
    void refusesASignatureThatPointsNowhere() throws Exception {
        edit(
                signature ->
                        signature.putInputs(
                                "x",
                                signature.getInputsOrThrow("x").toBuilder()
                                        .setName("no_such_node:0")
                                        .build()));

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("no_such_node");
    }

    @Test
    void refusesRaggedAndSparseTensorsByName() throws Exception {
        edit(
                signature ->
                        signature.putInputs(
                                "x",
                                input(signature)
                                        .setCooSparse(TensorInfo.CooSparse.getDefaultInstance())
                                        .build()));
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model '%s': input 'x' of signature 'serving_default' is a sparse tensor. A batch holds dense tensors: export it as tf.sparse.to_dense."
                                .formatted(directory));

        edit(
                signature ->
                        signature.putOutputs(
                                "tokens",
                                input(signature)
                                        .setCompositeTensor(
                                                TensorInfo.CompositeTensor.newBuilder()
                                                        .setTypeSpec(RAGGED))
                                        .build()));
        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model '%s': output 'tokens' of signature 'serving_default' is a composite tensor, ragged_tensor_spec. A batch holds dense tensors: export it as its to_tensor() or its parts."
                                .formatted(directory));
    }

    @Test
    void refusesResourcesByName() throws Exception {
        for (DataType type : new DataType[] {DataType.DT_RESOURCE, DataType.DT_VARIANT}) {
            Path exported = TestingSavedModels.identityOf(type, directory.resolve(type.name()));

            assertThatThrownBy(() -> load(exported))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(
                            "Cannot load model '%s': tensor 'x' has type %s, a handle to something inside of the model. Export the value that it stands for."
                                    .formatted(exported, type));
        }
    }

    @Test
    void takesATensorWithoutAShapeForOneOfAnyRank() throws Exception {
        TestingSavedModels.editSignature(
                TestingSavedModels.unknownRank(directory),
                signature -> signature.putInputs("x", input(signature).clearTensorShape().build()));

        try (LoadedModel model = load(directory)) {
            assertThat(model.signature().inputs().get(0).shape()).isEqualTo(Shape.ofUnknownRank());
        }
    }

    private static TensorInfo.Builder input(SignatureDef.Builder signature) {
        return signature.getInputsOrThrow("x").toBuilder();
    }

    @Test
    void refusesABadNumberOfThreads() throws Exception {
        TestingSavedModels.linear(directory);

        for (String threads : new String[] {"-1", "many"}) {
            ModelRef model =
                    ModelRef.savedModel(directory.toString())
                            .withOption(TensorFlowRuntime.INTRA_OP_THREADS, threads);
            assertThatThrownBy(() -> new TensorFlowRuntime().load(model, ModelDevice.cpu()))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(
                            "Invalid tensorflow.intra-op-threads: %s. It must be 0 (all cores) or a"
                                            .formatted(threads)
                                    + " number of threads.");
        }
    }

    private void edit(Consumer<SignatureDef.Builder> change) throws IOException {
        TestingSavedModels.editSignature(TestingSavedModels.linear(directory), change);
    }

    private static LoadedModel load(Path directory) throws ModelLoadException {
        return new TensorFlowRuntime()
                .load(ModelRef.savedModel(directory.toString()), ModelDevice.cpu());
    }
}
