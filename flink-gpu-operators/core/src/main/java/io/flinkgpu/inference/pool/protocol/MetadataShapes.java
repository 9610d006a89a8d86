package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.InferParameter;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse.TensorMetadata;
import io.flinkgpu.inference.tensor.Shape;
import org.apache.flink.annotation.Internal;

/**
 * Shapes in the metadata of models.
 *
 * <p>The protocol has no form for a shape with any number of axes: it is empty, as a scalar's, and
 * the parameter {@link InferParameters#UNKNOWN_RANK} tells them apart.
 */
@Internal
public final class MetadataShapes {

    private static final InferParameter NONE = InferParameter.getDefaultInstance();

    private MetadataShapes() {}

    /** Adds a shape to a tensor's metadata. */
    public static void put(TensorMetadata.Builder tensor, Shape shape) {
        if (shape.isRankKnown()) {
            for (long length : shape.toArray()) {
                tensor.addShape(length);
            }
        } else {
            tensor.putParameters(
                    InferParameters.UNKNOWN_RANK,
                    InferParameter.newBuilder().setBoolParam(true).build());
        }
    }

    /**
     * The shape in a tensor's metadata.
     *
     * @throws IllegalArgumentException if a length is below -1
     */
    public static Shape of(TensorMetadata tensor) {
        return isUnknownRank(tensor)
                ? Shape.ofUnknownRank()
                : Shape.of(tensor.getShapeList().stream().mapToLong(Long::longValue).toArray());
    }

    static boolean isUnknownRank(TensorMetadata tensor) {
        return tensor.getParametersOrDefault(InferParameters.UNKNOWN_RANK, NONE).getBoolParam();
    }
}
