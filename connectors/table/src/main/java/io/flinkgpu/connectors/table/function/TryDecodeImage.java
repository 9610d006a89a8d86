package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.image.BadImageException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * The pixels of an image, or NULL for bytes that are no image that can be decoded: SQL function
 * {@code try_decode_image(bytes, height, width, channels [, resize])}.
 *
 * <p>Otherwise as {@link DecodeImage}.
 */
@PublicEvolving
public final class TryDecodeImage extends ScalarFunction {

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
            return null;
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
        return ImageCall.ARGUMENTS.toInference(true);
    }
}
