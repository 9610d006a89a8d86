package io.flinkgpu.inference.tensor;

import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The Flink type of a value that has a serializer of its own, without Kryo, and no fields that
 * Flink may look at.
 *
 * <p>Not usable as a key. {@link Tensor} and {@link TensorBatch} have it by their {@code @TypeInfo}
 * annotation.
 */
@PublicEvolving
public final class ValueTypeInfo<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> typeClass;
    private final TypeSerializer<T> serializer;

    /**
     * The type of a class.
     *
     * @param serializer reads and writes every value of the class
     */
    public ValueTypeInfo(Class<T> typeClass, TypeSerializer<T> serializer) {
        this.typeClass = Objects.requireNonNull(typeClass, "typeClass");
        this.serializer = Objects.requireNonNull(serializer, "serializer");
    }

    /** How Flink moves tensors: bulk copies, without Kryo. */
    public static ValueTypeInfo<Tensor> ofTensor() {
        return new ValueTypeInfo<>(Tensor.class, TensorSerializer.INSTANCE);
    }

    /** How Flink moves batches of tensors: bulk copies, without Kryo. */
    public static ValueTypeInfo<TensorBatch> ofTensorBatch() {
        return new ValueTypeInfo<>(TensorBatch.class, TensorBatchSerializer.INSTANCE);
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer.duplicate();
    }

    @Override
    public Class<T> getTypeClass() {
        return typeClass;
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
        return other instanceof ValueTypeInfo;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueTypeInfo<?> that
                && typeClass == that.typeClass
                && serializer.equals(that.serializer);
    }

    @Override
    public int hashCode() {
        return Objects.hash(typeClass, serializer);
    }

    @Override
    public String toString() {
        return typeClass.getSimpleName();
    }
}
