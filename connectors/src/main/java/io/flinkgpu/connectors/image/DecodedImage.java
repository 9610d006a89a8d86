package io.flinkgpu.connectors.image;

import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * The pixels of one image.
 *
 * <p>A value: whoever holds one must not write to its pixels.
 *
 * @param path the path of the file it comes from
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param channels 1 (luminance) or 3 (red, green, blue)
 * @param pixels row-major {@code [height, width, channel]}, float32, in {@code [0, 1]}
 */
@TypeInfo(DecodedImage.InfoFactory.class)
// An array is what tensors are filled from; equals and hashCode below compare its elements.
@PublicEvolving
@SuppressWarnings("ArrayRecordComponent")
public record DecodedImage(String path, int height, int width, int channels, float[] pixels) {

    /** The Flink type: bulk copies of the pixels, no reflection. */
    public static final TypeInformation<DecodedImage> TYPE =
            new ValueTypeInfo<>(DecodedImage.class, DecodedImageSerializer.INSTANCE);

    /**
     * @throws IllegalArgumentException if the sizes are not positive or do not multiply to the
     *     number of pixels' values
     */
    public DecodedImage {
        Objects.requireNonNull(path, "path");
        if (height < 1
                || width < 1
                || channels < 1
                || (long) height * width * channels != pixels.length) {
            throw new IllegalArgumentException(
                    "Invalid image: [%d, %d, %d] with %d values. All must be positive and the values fill the shape."
                            .formatted(height, width, channels, pixels.length));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecodedImage that
                && path.equals(that.path)
                && height == that.height
                && width == that.width
                && channels == that.channels
                && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, height, width, channels, Arrays.hashCode(pixels));
    }

    @Override
    public String toString() {
        return "DecodedImage[%s, %dx%dx%d]".formatted(path, height, width, channels);
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<DecodedImage> {
        @Override
        public TypeInformation<DecodedImage> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
