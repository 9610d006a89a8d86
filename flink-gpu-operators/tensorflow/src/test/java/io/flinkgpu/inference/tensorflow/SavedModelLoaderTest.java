package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SignatureDef;

class SavedModelLoaderTest {

    private static final String WAY_OUT =
            " Give a SavedModel directory that exists on every task manager that runs the model.";

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
                    .containsExactly(new TensorSpec("x", DataType.FLOAT32, Shape.of(-1, 3)));
            assertThat(model.signature().outputs())
                    .containsExactly(new TensorSpec("y", DataType.FLOAT32, Shape.of(-1, 3)));
        }
    }

    @Test
    void readsSeveralInputsAndOutputsByName() throws Exception {
        try (LoadedModel model = load(TestingSavedModels.severalInputsAndOutputs(directory))) {
            assertThat(model.signature().inputs())
                    .containsExactly(
                            new TensorSpec("a", DataType.FLOAT32, Shape.of(-1, 2)),
                            new TensorSpec("b", DataType.FLOAT32, Shape.of(-1, 2)),
                            new TensorSpec("weight", DataType.FLOAT64, Shape.of(-1)));
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new TensorSpec("scaled", DataType.FLOAT64, Shape.of(-1, 2)),
                            new TensorSpec("sum", DataType.FLOAT32, Shape.of(-1, 2)));
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
        TestingSavedModels.identityOfInt8(directory);

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
    void refusesATensorWithoutABatchAxis() throws Exception {
        TestingSavedModels.scalarOutput(directory);

        assertThatThrownBy(() -> load(directory))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        ("Cannot load model '%s': tensor 'total' has shape []. Every input and"
                                        + " output must have the batch axis in front.")
                                .formatted(directory));
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
