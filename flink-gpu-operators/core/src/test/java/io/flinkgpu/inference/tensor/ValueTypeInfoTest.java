package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.MapTypeInfo;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ValueTypeInfoTest {

    /** A user's record type. */
    public static final class Frame {
        public String camera;
        public Tensor pixels;
        public TensorBatch features;
        public Map<String, Tensor> extras;
    }

    /** A user's Java record. */
    public record Detection(String label, Tensor box) {}

    @Test
    void isFoundForTensors() {
        assertThat(TypeInformation.of(Tensor.class)).isEqualTo(ValueTypeInfo.ofTensor());
        assertThat(TypeInformation.of(TensorBatch.class)).isEqualTo(ValueTypeInfo.ofTensorBatch());
        assertThat(TypeInformation.of(new TypeHint<Map<String, Tensor>>() {}))
                .isInstanceOfSatisfying(
                        MapTypeInfo.class,
                        map ->
                                assertThat(map.getValueTypeInfo())
                                        .isEqualTo(ValueTypeInfo.ofTensor()));
    }

    @Test
    void isFoundForFieldsOfUsersTypes() {
        assertThat(TypeInformation.of(Frame.class))
                .isInstanceOfSatisfying(
                        PojoTypeInfo.class,
                        pojo -> {
                            assertThat(pojo.<Object>getTypeAt("pixels"))
                                    .isEqualTo(ValueTypeInfo.ofTensor());
                            assertThat(pojo.<Object>getTypeAt("features"))
                                    .isEqualTo(ValueTypeInfo.ofTensorBatch());
                        });
        assertThat(TypeInformation.of(Detection.class))
                .isInstanceOfSatisfying(
                        PojoTypeInfo.class,
                        pojo ->
                                assertThat(pojo.<Object>getTypeAt("box"))
                                        .isEqualTo(ValueTypeInfo.ofTensor()));
    }

    @Test
    void serialisesUsersTypesWhereKryoIsForbidden() throws Exception {
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.setGenericTypes(false);
        TypeSerializer<Detection> serializer =
                TypeInformation.of(Detection.class).createSerializer(config);
        Detection detection = new Detection("cat", Tensor.ofInts(Shape.of(4), 1, 2, 3, 4));
        DataOutputSerializer target = new DataOutputSerializer(64);

        serializer.serialize(detection, target);

        assertThat(serializer.deserialize(new DataInputDeserializer(target.getCopyOfBuffer())))
                .isEqualTo(detection);
        assertThat(TypeInformation.of(Frame.class).createSerializer(config)).isNotNull();
    }

    @Test
    void tellsTheTwoTypesApart() throws Exception {
        ValueTypeInfo<Tensor> type = ValueTypeInfo.ofTensor();

        assertThat(type)
                .isNotEqualTo(ValueTypeInfo.ofTensorBatch())
                .isEqualTo(InstantiationUtil.clone(type))
                .hasSameHashCodeAs(InstantiationUtil.clone(type))
                .hasToString("Tensor");
        assertThat(type.getTypeClass()).isEqualTo(Tensor.class);
        assertThat(type.isKeyType()).isFalse();
    }
}
