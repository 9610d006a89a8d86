package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.image.BadImageException;
import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.connectors.image.ImageLimits;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * The pixels of an image: SQL function {@code decode_image(bytes, height, width, channels [,
 * resize])}.
 *
 * <p>An {@code ARRAY<FLOAT>} of {@code height * width * channels} values in {@code [0, 1]}, rows
 * first, the channels of a pixel side by side; as {@link ImageDecoding} says, within {@link
 * ImageLimits#DEFAULT}. The arguments behind the bytes are literals: {@code channels} is 1
 * (luminance) or 3 (red, green, blue), {@code resize} is {@code 'stretch'} (by default), {@code
 * 'pad'} or {@code 'crop'}. NULL gives NULL; bytes that cannot be decoded fail the job.
 *
 * <p>Used by one thread; keeps its decoders from call to call.
 */
@PublicEvolving
public final class DecodeImage extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private transient ImageCall call;

    @Override
    public void open(FunctionContext context) {
        call = new ImageCall();
    }

    /** The pixels, the image's sides each resized by a factor of its own. */
    @Nullable
    public ArrayData eval(@Nullable byte[] bytes, int height, int width, int channels) {
        return eval(bytes, height, width, channels, ImageCall.STRETCH);
    }

    /** The pixels. */
    @Nullable
    public ArrayData eval(
            @Nullable byte[] bytes, int height, int width, int channels, String resize) {
        if (bytes == null) {
            return null;
        }
        try {
            return call.decode(bytes, height, width, channels, resize);
        } catch (BadImageException undecodable) {
            throw new TableRuntimeException(
                    "Cannot decode the image: %s. try_decode_image gives NULL instead."
                            .formatted(undecodable.reason()),
                    undecodable);
        }
    }

    @Override
    public void close() {
        if (call != null) {
            call.close();
        }
    }

    /** The planner calls it once for a row then, however often a query uses what it gives. */
    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return ImageCall.ARGUMENTS.toInference(false);
    }
}
