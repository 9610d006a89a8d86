package io.flinkgpu.inference.tensorflow;

import static io.flinkgpu.inference.tensorflow.TestingSavedModels.export;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.floats;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.placeholder;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.signature;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** The contract's models, as SavedModels below one directory. */
final class TensorFlowContractModels implements ContractModels {

    private static final Shape PAIRS = Shape.of(-1, 2);

    private final Path directory;

    TensorFlowContractModels(Path directory) {
        this.directory = directory;
    }

    @Override
    public ModelRef echo(DataType type) throws IOException {
        if (!TensorFlowTypes.holds(type)) {
            return reference(
                    TestingSavedModels.identityOf(
                            org.tensorflow.proto.DataType.valueOf("DT_" + type.name()), model()));
        }
        return type == DataType.BYTES
                ? echo(TString.class, PAIRS, model())
                : echo(TensorFlowTypes.fixedSizeClass(type), PAIRS, model());
    }

    @Override
    public ModelRef echoOfOpenRows() throws IOException {
        return echo(TFloat32.class, Shape.of(-1, -1, -1), model());
    }

    @Override
    public ModelRef echoOfUnknownRank() throws IOException {
        return echo(TFloat32.class, Shape.unknown(), model());
    }

    @Override
    public ModelRef echoOfFixedBatch(int rows) throws IOException {
        return echo(TFloat32.class, Shape.of(rows, 2), model());
    }

    @Override
    public ModelRef sumAndDifference() throws IOException {
        return reference(
                export(
                        model(),
                        tf -> {
                            Placeholder<TFloat32> a = floats(tf, "in_a", PAIRS);
                            Placeholder<TFloat32> b = floats(tf, "in_b", PAIRS);
                            return signature()
                                    .input("b", b)
                                    .input("a", a)
                                    .output("sum", tf.math.add(a, b))
                                    .output("difference", tf.math.sub(a, b));
                        }));
    }

    @Override
    public ModelRef totalOfRows() throws IOException {
        return reference(TestingSavedModels.sumOfRows(model()));
    }

    @Override
    public ModelRef numbersOfTexts() throws IOException {
        return reference(TextSavedModels.toNumber(model()));
    }

    @Override
    public ModelRef numberedVersions() throws IOException {
        for (String version : new String[] {"1", "3"}) {
            echo(TFloat32.class, PAIRS, model().resolve(version));
        }
        return reference(model());
    }

    @Override
    public ModelRef corrupt() throws IOException {
        Files.createDirectories(model());
        Files.writeString(model().resolve("saved_model.pb"), "junk");
        return reference(model());
    }

    @Override
    public ModelRef missing() {
        return reference(model());
    }

    private Path model() {
        return directory.resolve("model");
    }

    private static <T extends TType> ModelRef echo(Class<T> type, Shape shape, Path directory)
            throws IOException {
        return reference(
                export(
                        directory,
                        tf -> {
                            Placeholder<T> x = placeholder(tf, "x", type, shape);
                            return signature().input("x", x).output("y", tf.identity(x));
                        }));
    }

    private static ModelRef reference(Path directory) {
        return ModelRef.savedModel(directory.toString());
    }
}
