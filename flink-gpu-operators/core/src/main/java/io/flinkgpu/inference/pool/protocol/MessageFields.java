package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Where requests and responses differ: the numbers of the fields with tensors.
 *
 * @param tensors heads and typed contents
 * @param rawContents the bytes of each tensor
 */
record MessageFields(int tensors, int rawContents) {

    static List<Long> axes(Tensor tensor) {
        return Arrays.stream(tensor.shape().toArray()).boxed().toList();
    }

    static ServedModel model(String name, String version) throws MalformedMessageException {
        if (name.isBlank()) {
            throw new MalformedMessageException("Invalid model_name: it is blank. Name a model.");
        }
        return new ServedModel(name, version);
    }
}
