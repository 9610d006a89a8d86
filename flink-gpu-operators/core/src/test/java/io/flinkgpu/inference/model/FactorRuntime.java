package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Models that multiply by a number, which a file in their directory holds as text. */
public final class FactorRuntime implements ModelRuntime {

    public static final String FILE = "factor.txt";

    private static final String NAME = "factor";

    private volatile Loading whenLoading = () -> {};

    /** What happens between the reading of the file and the end of loading. */
    @FunctionalInterface
    public interface Loading {
        void happens() throws IOException;
    }

    /** Makes something happen whenever a model is loaded. */
    public void whenLoading(Loading action) {
        whenLoading = action;
    }

    /** A reference that this runtime loads. */
    public static ModelRef ref(Path directory) {
        return ref(directory.toString());
    }

    /** A reference that this runtime loads. */
    public static ModelRef ref(String location) {
        return new ModelRef(NAME, location, ModelRef.DEFAULT_SIGNATURE, Map.of());
    }

    /** A model that has been loaded, from no file. */
    static LoadedModel loaded(int factor) {
        return new Factor(factor);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> modelFiles(ModelRef model) {
        return Set.of(FILE);
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        try {
            Path file = Path.of(model.location()).resolve(FILE);
            int factor = Integer.parseInt(Files.readString(file).strip());
            whenLoading.happens();
            return new Factor(factor);
        } catch (IOException failure) {
            throw new ModelLoadException("Cannot load model '" + model + "': " + failure, failure);
        }
    }

    private record Factor(int factor) implements LoadedModel {

        @Override
        public ModelSignature signature() {
            Shape shape = Shape.of(Shape.UNKNOWN, 1);
            return new ModelSignature(
                    ModelRef.DEFAULT_SIGNATURE,
                    List.of(new TensorSpec("x", DataType.INT32, shape)),
                    List.of(new TensorSpec("y", DataType.INT32, shape)));
        }

        @Override
        public TensorBatch run(List<TensorBatch> parts) {
            int[] products = parts.stream().flatMapToInt(this::products).toArray();
            return TensorBatch.of("y", Tensor.ofInts(Shape.of(products.length, 1), products));
        }

        private IntStream products(TensorBatch part) {
            TensorRow row = new TensorRow(part);
            return IntStream.range(0, part.rows()).map(i -> factor * row.moveTo(i).ints()[0]);
        }

        @Override
        public long memoryBytes() {
            return Integer.BYTES;
        }

        @Override
        public void close() {}
    }
}
