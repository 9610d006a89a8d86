package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.audio.BadAudioException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * The samples of an audio file, or NULL for bytes that are no audio that can be decoded: SQL
 * function {@code try_decode_audio(bytes, sample_rate)}.
 *
 * <p>Otherwise as {@link DecodeAudio}.
 */
@PublicEvolving
public final class TryDecodeAudio extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private transient AudioCall call;

    @Override
    public void open(FunctionContext context) {
        call = new AudioCall();
    }

    /** The samples. */
    @Nullable
    public ArrayData eval(@Nullable byte[] bytes, int sampleRate) {
        if (bytes == null) {
            return null;
        }
        try {
            return call.decode(bytes, sampleRate);
        } catch (BadAudioException undecodable) {
            return null;
        }
    }

    /** The planner calls it once for a row then, however often a query uses what it gives. */
    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return AudioCall.ARGUMENTS.toInference(true);
    }
}
