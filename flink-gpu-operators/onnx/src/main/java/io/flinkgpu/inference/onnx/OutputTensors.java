package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import io.flinkgpu.inference.model.OutputShapeException;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outputs of one run.
 *
 * <p>Where the shape of an output follows from the number of rows, ONNX Runtime writes it into
 * memory of ours; any other is copied out of memory of its own. Used by one run.
 */
final class OutputTensors implements AutoCloseable {

    private final String model;
    private final List<TensorSpec> specs;
    private final int rows;
    private final Map<String, Tensor> memories = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();

    /**
     * Outputs without memory.
     *
     * @param model for people
     */
    OutputTensors(String model, List<TensorSpec> specs, int rows) {
        this.model = model;
        this.specs = specs;
        this.rows = rows;
    }

    /** Whether the memory of an output can be given before the run. */
    static boolean canBePinned(TensorSpec output) {
        return output.shape().isRankKnown()
                && output.shape().rank() > 0
                && output.shape().withoutLeadingAxis().isKnown()
                && output.shape().withoutLeadingAxis().elements() > 0
                && OnnxTypes.fixedSize(output.dataType()).isPresent();
    }

    /** Gives memory to each output whose shape is known. */
    void pin(OrtEnvironment environment) throws OrtException {
        for (TensorSpec output : specs) {
            if (rows > 0 && canBePinned(output)) {
                pin(output, environment);
            }
        }
    }

    /** The outputs that have memory, and what they are written into. */
    Map<String, OnnxTensor> pinned() {
        return pinned;
    }

    /** The outputs that have none. */
    Set<String> others() {
        Set<String> others = new LinkedHashSet<>();
        specs.stream().map(TensorSpec::name).forEach(others::add);
        others.removeAll(pinned.keySet());
        return others;
    }

    /**
     * The outputs after the run, which the caller owns.
     *
     * @throws OutputShapeException if one has not one row for each row
     */
    TensorBatch take(OrtSession.Result result) throws OrtException, OutputShapeException {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        try {
            for (TensorSpec output : specs) {
                Tensor memory = memories.remove(output.name());
                outputs.put(output.name(), memory == null ? copy(output, result) : memory);
            }
            return TensorBatch.of(outputs);
        } catch (OrtException | OutputShapeException | RuntimeException failure) {
            outputs.values().forEach(Tensor::close);
            throw failure;
        }
    }

    /** INVARIANT: memory outlives what lies over it; what was taken stays. */
    @Override
    public void close() {
        pinned.values().forEach(OnnxTensor::close);
        memories.values().forEach(Tensor::close);
    }

    private void pin(TensorSpec output, OrtEnvironment environment) throws OrtException {
        Shape shape = output.shape().withoutLeadingAxis().withLeadingAxis(rows);
        int bytes = Math.toIntExact(shape.elements() * output.dataType().byteSize());
        PooledBuffer memory = DirectBufferPool.ofProcess().acquire(bytes);
        memory.buffer().limit(bytes);
        // A view of the exact size: ONNX Runtime takes the whole buffer.
        ByteBuffer view = memory.buffer().slice().order(ByteOrder.nativeOrder());
        memories.put(output.name(), Tensor.owning(output.dataType(), shape, memory));
        pinned.put(
                output.name(),
                OnnxTensor.createTensor(
                        environment,
                        view,
                        shape.toArray(),
                        OnnxTypes.fixedSize(output.dataType()).orElseThrow()));
    }

    private Tensor copy(TensorSpec output, OrtSession.Result result)
            throws OrtException, OutputShapeException {
        OnnxTensor tensor = (OnnxTensor) result.get(output.name()).orElseThrow();
        Shape shape = Shape.of(tensor.getInfo().getShape());
        if (shape.rank() == 0 || shape.length(0) != rows) {
            throw new OutputShapeException(model, output.name(), shape, rows);
        }
        return output.dataType() == DataType.BYTES
                ? strings(shape, tensor)
                : Tensor.wrap(output.dataType(), shape, tensor.getByteBuffer());
    }

    private static Tensor strings(Shape shape, OnnxTensor tensor) throws OrtException {
        if (shape.elements() == 0) {
            return Tensor.ofBytes(shape);
        }
        String[] values = OrtUtil.flattenString(tensor.getValue());
        byte[][] encoded = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            encoded[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return Tensor.ofBytes(shape, encoded);
    }
}
