package io.flinkgpu.inference.tensor;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Flink's type information of a type with one serialiser that copies in bulk; found through the
 * {@code @TypeInfo} annotation on {@link Tensor} and {@link TensorBatch}.
 */
@PublicEvolving
public final class BulkTypeInfo<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final TypeSerializer<T> serializer;

    private BulkTypeInfo(Class<T> type, TypeSerializer<T> serializer) {
        this.type = type;
        this.serializer = serializer;
    }

    /** How Flink moves tensors: bulk copies, without Kryo. */
    public static BulkTypeInfo<Tensor> ofTensor() {
        return new BulkTypeInfo<>(Tensor.class, TensorSerializer.INSTANCE);
    }

    /** How Flink moves batches of tensors: bulk copies, without Kryo. */
    public static BulkTypeInfo<TensorBatch> ofTensorBatch() {
        return new BulkTypeInfo<>(TensorBatch.class, TensorBatchSerializer.INSTANCE);
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof BulkTypeInfo;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BulkTypeInfo<?> that && type == that.type;
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
