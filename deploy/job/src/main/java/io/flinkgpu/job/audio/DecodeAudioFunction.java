package io.flinkgpu.job.audio;

import io.flinkgpu.connectors.audio.AudioDecoder;
import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.AudioWindows;
import io.flinkgpu.connectors.audio.BadAudioException;
import io.flinkgpu.connectors.audio.DecodedAudio;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.row.RowMapping;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Decodes the audio of rows; a row without any becomes a dead letter, or fails the job where nobody
 * takes dead letters. Counts both as {@code audiosDecoded} and {@code audiosRejected}.
 */
final class DecodeAudioFunction extends ProcessFunction<Row, Row> {

    /**
     * What is decoded to what.
     *
     * @param windows null: a file is one row
     * @param bytes place of the file's bytes in a row
     * @param mapping takes the values that {@link #added} names
     */
    record Settings(
            AudioDecoding decoding, @Nullable AudioWindows windows, int bytes, RowMapping mapping)
            implements Serializable {

        byte[] bytes(Row row) {
            byte[] content = (byte[]) row.getField(bytes);
            return content == null ? new byte[0] : content;
        }

        Row output(Row input, DecodedAudio audio) {
            return mapping.row(
                    input,
                    audio.samples(),
                    (double) audio.startFrame() / audio.sampleRate(),
                    audio.sampleRate(),
                    audio.channels());
        }
    }

    private final Settings settings;
    private final DeadLetterRows deadLetters;
    private final boolean takesDeadLetters;

    private transient AudioDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;

    DecodeAudioFunction(Settings settings, DeadLetterRows deadLetters, boolean takesDeadLetters) {
        this.settings = settings;
        this.deadLetters = deadLetters;
        this.takesDeadLetters = takesDeadLetters;
    }

    /** The names of the values that a row may get, in their order. */
    static List<String> added(String samples) {
        return List.of(
                samples,
                DecodeAudioStep.START,
                DecodeAudioStep.SAMPLE_RATE_OF_FILE,
                DecodeAudioStep.CHANNELS);
    }

    @Override
    public void open(OpenContext context) {
        decoder = new AudioDecoder(settings.decoding());
        decoded = getRuntimeContext().getMetricGroup().counter("audiosDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("audiosRejected");
    }

    @Override
    public void processElement(Row row, Context context, Collector<Row> out) {
        Stream<DecodedAudio> records;
        try {
            records = decode(FileContent.of("", settings.bytes(row)));
        } catch (BadAudioException bad) {
            Row letter = deadLetters.of(row, bad.getClass().getSimpleName(), bad.reason());
            if (!takesDeadLetters) {
                throw deadLetters.refused(letter);
            }
            rejected.inc();
            context.output(DeadLetterRows.TAG, letter);
            return;
        }
        decoded.inc();
        records.forEach(audio -> out.collect(settings.output(row, audio)));
    }

    private Stream<DecodedAudio> decode(FileContent file) throws BadAudioException {
        return settings.windows() == null
                ? Stream.of(decoder.decode(file))
                : decoder.decode(file, settings.windows());
    }
}
