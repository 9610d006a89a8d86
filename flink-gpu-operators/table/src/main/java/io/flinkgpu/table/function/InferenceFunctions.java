package io.flinkgpu.table.function;

import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.functions.FunctionDefinition;

/** The functions of this package. */
@Internal
public final class InferenceFunctions implements SqlFunctions {

    @Override
    public Map<String, FunctionDefinition> byName() {
        return Map.of(
                "gpu_infer", new GpuInfer(),
                "cosine_similarity", new CosineSimilarity(),
                "top_k", new TopK(),
                "tensor_shape", new TensorShape());
    }
}
