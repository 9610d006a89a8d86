package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a model expects of an input or promises of an output.
 *
 * @param shape with the batch axis in front; open axes are {@link Shape#UNKNOWN}
 */
@PublicEvolving
public record TensorSpec(String name, DataType dataType, Shape shape) implements Serializable {

    @Override
    public String toString() {
        return shape + " " + dataType;
    }
}
