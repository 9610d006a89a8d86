package io.flinkgpu.connectors.table.function;

import io.flinkgpu.connectors.audio.AudioDecoder;
import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.BadAudioException;
import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.file.FileContent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.binary.BinaryArrayData;

/** What calls of the functions that decode audio share: the decoders. Task thread only. */
final class AudioCall {

    static final DecoderArguments ARGUMENTS =
            new DecoderArguments(
                    List.of(DecoderArguments.Literal.number("sample_rate")), AudioCall::check);

    // Calls with other literals may share a function; there are as many as the query has calls.
    private final Map<AudioDecoding, AudioDecoder> decoders = new HashMap<>();

    /** Samples of one channel, in {@code [-1, 1]}. */
    ArrayData decode(byte[] bytes, int sampleRate) throws BadAudioException {
        AudioDecoder decoder =
                decoders.computeIfAbsent(AudioDecoding.mono(sampleRate), AudioDecoder::new);
        FileContent file = new FileContent("", bytes, ContentTypes.UNKNOWN, bytes.length, 0, null);
        return BinaryArrayData.fromPrimitiveArray(decoder.decode(file).samples());
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
