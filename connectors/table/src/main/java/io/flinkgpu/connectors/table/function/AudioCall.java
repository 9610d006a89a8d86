package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.audio.AudioDecoder;
import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.BadAudioException;
import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.file.FileContent;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericArrayData;

/** What calls of the functions that decode audio share: the decoder. Task thread only. */
final class AudioCall {

    static final DecoderArguments ARGUMENTS =
            new DecoderArguments(
                    List.of(DecoderArguments.Literal.number("sample_rate")), AudioCall::check);

    @Nullable private AudioDecoding decoding;
    @Nullable private AudioDecoder decoder;

    /** Samples of one channel, in {@code [-1, 1]}. */
    GenericArrayData decode(byte[] bytes, int sampleRate) throws BadAudioException {
        AudioDecoding wanted = AudioDecoding.mono(sampleRate);
        if (!wanted.equals(decoding)) {
            decoder = new AudioDecoder(wanted);
            decoding = wanted;
        }
        FileContent file = new FileContent("", bytes, ContentTypes.UNKNOWN, bytes.length, 0, null);
        return new GenericArrayData(decoder.decode(file).samples());
    }

    private static void check(List<Object> values) {
        int rate = (Integer) values.get(0);
        if (rate < AudioDecoding.MIN_SAMPLE_RATE || rate > AudioDecoding.MAX_SAMPLE_RATE) {
            throw new IllegalArgumentException(
                    "Invalid sample_rate: %d. It must be within %d and %d (Hz)."
                            .formatted(
                                    rate,
                                    AudioDecoding.MIN_SAMPLE_RATE,
                                    AudioDecoding.MAX_SAMPLE_RATE));
        }
    }
}
