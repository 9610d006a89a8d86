package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.RejectedFile;
import io.flinkgpu.connectors.types.SerializerChecks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedImageSerializerTest {

    private static final int CHUNK_FLOATS = 16 * 1024;

    private final DecodedImageSerializer serializer = DecodedImageSerializer.INSTANCE;

    @ParameterizedTest
    @ValueSource(ints = {1, 784, CHUNK_FLOATS - 1, CHUNK_FLOATS, CHUNK_FLOATS + 1, 100_000})
    void readsWhatItWrote(int length) throws IOException {
        DecodedImage image = image(length);

        assertThat(SerializerChecks.roundTrip(serializer, image)).isEqualTo(image);
        assertThat(SerializerChecks.copyThroughViews(serializer, image)).isEqualTo(image);
    }

    @Test
    void keepsTheBitsOfUnusualFloats() throws IOException {
        float[] pixels = {
            -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(1)
        };

        DecodedImage read =
                SerializerChecks.roundTrip(serializer, new DecodedImage("a", 1, 5, 1, pixels));

        for (int i = 0; i < pixels.length; i++) {
            assertThat(Float.floatToRawIntBits(read.pixels()[i]))
                    .isEqualTo(Float.floatToRawIntBits(pixels[i]));
        }
    }

    @Test
    void writesTheDocumentedLayout() throws IOException {
        DecodedImage image = new DecodedImage("", 2, 1, 1, new float[] {0.5f, 1f});

        byte[] bytes = SerializerChecks.bytes(serializer, image);

        ByteBuffer expected = ByteBuffer.allocate(1 + 12 + 8);
        expected.put((byte) 1).putInt(2).putInt(1).putInt(1); // StringValue's empty string is 1
        expected.order(ByteOrder.LITTLE_ENDIAN).putFloat(0.5f).putFloat(1f);
        assertThat(ByteBuffer.wrap(bytes)).isEqualTo(expected.flip());
    }

    @Test
    void copiesPixels() {
        DecodedImage original = image(4);

        DecodedImage copy = serializer.copy(original);

        assertThat(copy).isEqualTo(original);
        assertThat(copy.pixels()).isNotSameAs(original.pixels());
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        assertThat(SerializerChecks.restore(serializer)).isSameAs(serializer);
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        assertThat(TypeInformation.of(DecodedImage.class).createSerializer(noGenericTypes))
                .isSameAs(serializer);
        assertThat(TypeInformation.of(RejectedFile.class)).isInstanceOf(PojoTypeInfo.class);
        assertThat(TypeInformation.of(RejectedFile.class).createSerializer(noGenericTypes))
                .isNotNull();
    }

    @Test
    void equalsByPathShapeAndPixels() {
        DecodedImage image = new DecodedImage("a", 1, 2, 1, new float[] {0, 1});

        assertThat(image)
                .isEqualTo(new DecodedImage("a", 1, 2, 1, new float[] {0, 1}))
                .hasSameHashCodeAs(new DecodedImage("a", 1, 2, 1, new float[] {0, 1}))
                .isNotEqualTo(new DecodedImage("b", 1, 2, 1, new float[] {0, 1}))
                .isNotEqualTo(new DecodedImage("a", 2, 1, 1, new float[] {0, 1}))
                .isNotEqualTo(new DecodedImage("a", 1, 2, 1, new float[] {0, 0.5f}));
    }

    @Test
    void refusesPixelsThatDoNotFillTheShape() {
        assertThatThrownBy(() -> new DecodedImage("a", 2, 2, 1, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid image: [2, 2, 1] with 3 values.");
        assertThatThrownBy(() -> new DecodedImage("a", 0, 2, 1, new float[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid image: [0, 2, 1] with 0 values.");
    }

    private static DecodedImage image(int length) {
        float[] pixels = new float[length];
        for (int i = 0; i < length; i++) {
            pixels[i] = i / (float) length;
        }
        return new DecodedImage("file:/a \u20ac.jpg", 1, length, 1, pixels);
    }
}
