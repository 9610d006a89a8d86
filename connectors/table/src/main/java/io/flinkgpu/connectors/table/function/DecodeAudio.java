package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.AudioLimits;
import io.flinkgpu.connectors.audio.BadAudioException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * The samples of an audio file: SQL function {@code decode_audio(bytes, sample_rate)}.
 *
 * <p>An {@code ARRAY<FLOAT>} with the mean of the channels, resampled to a rate in Hz that is a
 * literal, values in {@code [-1, 1]}; as {@link AudioDecoding} says, within {@link
 * AudioLimits#DEFAULT}. NULL gives NULL; bytes that cannot be decoded fail the job.
 *
 * <p>Used by one thread; keeps its decoders from call to call.
 */
@PublicEvolving
public final class DecodeAudio extends ScalarFunction {

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
            throw new TableRuntimeException(
                    "Cannot decode the audio: %s. try_decode_audio gives NULL instead."
                            .formatted(undecodable.reason()),
                    undecodable);
        }
    }

    /** The planner calls it once for a row then, however often a query uses what it gives. */
    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return AudioCall.ARGUMENTS.toInference(false);
    }
}
