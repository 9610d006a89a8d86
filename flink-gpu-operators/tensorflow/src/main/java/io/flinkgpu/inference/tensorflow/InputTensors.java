package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.types.family.TType;

/**
 * The native input tensors of one run, reused from run to run.
 *
 * <p>Filling fresh memory costs several times more than filling used memory, so tensors of the last
 * few shapes are kept. Used by one run at a time.
 */
final class InputTensors implements AutoCloseable {

    private static final int SHAPES_KEPT = 4;

    private final Map<String, Map<Shape, Reusable>> byInput = new LinkedHashMap<>();

    /**
     * The input's rows of all parts as one native tensor, valid until the next call for that input.
     */
    org.tensorflow.Tensor fill(TensorSpec input, List<TensorBatch> parts) {
        List<Tensor> tensors = parts.stream().map(part -> part.tensor(input.name())).toList();
        Shape row = tensors.get(0).shape().withoutLeadingAxis();
        long rows = parts.stream().mapToLong(TensorBatch::rows).sum();
        Shape shape = row.withLeadingAxis(rows);
        if (input.dataType() == DataType.BYTES) {
            return NativeTensors.strings(tensors, shape);
        }
        Reusable reusable = reusable(input, shape);
        ByteBuffer target = reusable.memory().duplicate();
        tensors.forEach(tensor -> target.put(tensor.data()));
        return reusable.tensor();
    }

    /** Whether the caller closes what {@link #fill} gave for this input. */
    static boolean isFresh(TensorSpec input) {
        return input.dataType() == DataType.BYTES;
    }

    @Override
    public void close() {
        byInput.values().forEach(shapes -> shapes.values().forEach(Reusable::close));
        byInput.clear();
    }

    private Reusable reusable(TensorSpec input, Shape shape) {
        return byInput.computeIfAbsent(input.name(), name -> new RecentShapes())
                .computeIfAbsent(shape, missing -> Reusable.of(input.dataType(), missing));
    }

    private record Reusable(TType tensor, ByteBuffer memory) {

        static Reusable of(DataType dataType, Shape shape) {
            TType tensor = NativeTensors.allocate(dataType, shape);
            return new Reusable(tensor, NativeTensors.memory(tensor));
        }

        void close() {
            tensor.close();
        }
    }

    /** Keeps the shapes used last and closes the others. */
    private static final class RecentShapes extends LinkedHashMap<Shape, Reusable> {
        private static final long serialVersionUID = 1L;

        private RecentShapes() {
            super(SHAPES_KEPT, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Reusable> eldest) {
            boolean full = size() > SHAPES_KEPT;
            if (full) {
                eldest.getValue().close();
            }
            return full;
        }
    }
}
