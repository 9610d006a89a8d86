package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.SavedModelBundle;

/** What rows write into the errors of real models never chooses the class of the failure. */
@Timeout(120)
class RowTextTest {

    private static final String LOST = "GPU has fallen off the bus, out of memory";

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aTextThatIsNoNumberIsTheRowsFault(int ordinal) throws Exception {
        try (LoadedModel model = load(TextSavedModels.toNumber(directory.resolve("m")), ordinal)) {
            for (String text :
                    List.of(
                            LOST,
                            "NOT_FOUND: key",
                            "2 root error(s) found.\n (0) INTERNAL: " + LOST)) {
                ModelRunException failure =
                        failure(model, "text", Tensor.ofStrings(Shape.of(1), text));

                assertThat(failure).hasMessageContaining(text);
                assertThat(failure.errorClass()).isEqualTo(ErrorClass.DATA);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aFileThatCannotBeReadIsTheRowsFault(int ordinal) throws Exception {
        Path file = Files.writeString(directory.resolve("readable"), "content");
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        try (LoadedModel model = load(TextSavedModels.readFiles(directory.resolve("m")), ordinal)) {
            List<Path> unreadable =
                    List.of(
                            directory.resolve(LOST),
                            directory,
                            loop.resolve(LOST),
                            file.resolve(LOST),
                            directory.resolve("x".repeat(300)));
            for (Path path : unreadable) {
                assertThat(classOf(model, path, file)).as("%s", path).isEqualTo(ErrorClass.DATA);
                assertThat(classOf(model, path, path))
                        .as("twice %s", path)
                        .isEqualTo(ErrorClass.DATA);
            }
        }
    }

    @Test
    void namesTheOperationsThatReadStrings() throws Exception {
        Path exported = TextSavedModels.readFiles(directory.resolve("m"));
        try (SavedModelBundle bundle =
                SavedModelBundle.loader(exported.toString()).withTags("serve").load()) {
            StringNodes nodes = StringNodes.of(bundle.metaGraphDef().getGraphDef());

            assertThat(nodes.areNamedIn("x; y\n\t [[{{node ReadFile}}]]")).isTrue();
            assertThat(nodes.areNamedIn("x\n\t [[{{node outer/call/ReadFile_1}}]]\n [[a/_3]]"))
                    .isTrue();
            assertThat(nodes.areNamedIn("x\n\t [[{{node Const}}]]")).isFalse();
            assertThat(nodes.areNamedIn("ReadFile")).isFalse();
        }
    }

    private static ErrorClass classOf(LoadedModel model, Path one, Path other) {
        Tensor names = Tensor.ofStrings(Shape.of(1, 2), one.toString(), other.toString());
        return failure(model, "names", names).errorClass();
    }

    private static ModelRunException failure(LoadedModel model, String input, Tensor tensor) {
        TensorBatch batch = TensorBatch.of(input, tensor);
        return catchThrowableOfType(
                ModelRunException.class, () -> model.run(List.of(batch)).close());
    }

    private static LoadedModel load(Path exported, int ordinal) throws Exception {
        ModelDevice device =
                new ModelDevice("s" + ordinal, ModelDevice.Kind.SIMULATED_GPU, ordinal, 0, 1);
        return new TensorFlowRuntime().load(ModelRef.savedModel(exported.toString()), device);
    }
}
