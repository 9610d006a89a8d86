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

/**
 * The native input tensors of one run, which come from a pool and go back to it after the run. Used
 * by one run at a time.
 */
final class InputTensors implements AutoCloseable {

    private final NativeTensorPool pool;
    private final Map<String, NativeTensorPool.Pooled> byInput = new LinkedHashMap<>();

    InputTensors() {
        this(NativeTensorPool.ofProcess());
    }

    InputTensors(NativeTensorPool pool) {
        this.pool = pool;
    }

    /**
     * The input's rows of all parts as one native tensor, valid until {@link #close()} or the next
     * call for that input.
     */
    org.tensorflow.Tensor fill(TensorSpec input, List<TensorBatch> parts) {
        List<Tensor> tensors = parts.stream().map(part -> part.tensor(input.name())).toList();
        Shape row = tensors.get(0).shape().withoutLeadingAxis();
        long rows = parts.stream().mapToLong(TensorBatch::rows).sum();
        Shape shape = row.withLeadingAxis(rows);
        if (input.dataType() == DataType.BYTES) {
            return NativeTensors.strings(tensors, shape);
        }
        NativeTensorPool.Pooled pooled = borrow(input, shape);
        ByteBuffer target = pooled.memory().duplicate();
        tensors.forEach(tensor -> target.put(tensor.data()));
        return pooled.tensor();
    }

    /** Whether the caller closes what {@link #fill} gave for this input. */
    static boolean isFresh(TensorSpec input) {
        return input.dataType() == DataType.BYTES;
    }

    /** Gives the tensors back. More may be filled afterwards. */
    @Override
    public void close() {
        byInput.values().forEach(pool::giveBack);
        byInput.clear();
    }

    private NativeTensorPool.Pooled borrow(TensorSpec input, Shape shape) {
        NativeTensorPool.Pooled former = byInput.remove(input.name());
        if (former != null) {
            pool.giveBack(former);
        }
        NativeTensorPool.Pooled pooled = pool.acquire(input.dataType(), shape);
        byInput.put(input.name(), pooled);
        return pooled;
    }
}
