package io.flinkgpu.job.builtin;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.image.BadImageException;
import io.flinkgpu.connectors.image.ImageDecoder;
import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.row.RowSchema;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Decodes the images of rows; a row without one becomes a dead letter, or fails the job where
 * nobody takes dead letters. Counts both as {@code imagesDecoded} and {@code imagesRejected}.
 */
final class DecodeImageFunction extends ProcessFunction<Row, Row> {

    /** The places of fields in rows. */
    static final class Fields implements Serializable {

        private final int bytes;

        /** For each field of the output its place in a row of the input; -1: the pixels. */
        private final int[] sources;

        Fields(RowSchema input, String bytes, RowSchema output, String pixels) {
            this.bytes = input.indexOf(bytes);
            this.sources =
                    output.names().stream()
                            .mapToInt(name -> name.equals(pixels) ? -1 : input.indexOf(name))
                            .toArray();
        }

        byte[] bytes(Row row) {
            byte[] content = (byte[]) row.getField(bytes);
            return content == null ? new byte[0] : content;
        }

        Row output(Row input, float[] pixels) {
            Row output = Row.withPositions(sources.length);
            for (int i = 0; i < sources.length; i++) {
                output.setField(i, sources[i] < 0 ? pixels : input.getField(sources[i]));
            }
            return output;
        }
    }

    private final ImageDecoding decoding;
    private final Fields fields;
    private final DeadLetterRows deadLetters;
    private final boolean takesDeadLetters;

    private transient ImageDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;

    DecodeImageFunction(
            ImageDecoding decoding,
            Fields fields,
            DeadLetterRows deadLetters,
            boolean takesDeadLetters) {
        this.decoding = decoding;
        this.fields = fields;
        this.deadLetters = deadLetters;
        this.takesDeadLetters = takesDeadLetters;
    }

    @Override
    public void open(OpenContext context) {
        decoder = new ImageDecoder(decoding);
        decoded = getRuntimeContext().getMetricGroup().counter("imagesDecoded");
        rejected = getRuntimeContext().getMetricGroup().counter("imagesRejected");
    }

    @Override
    public void processElement(Row row, Context context, Collector<Row> out) {
        try {
            float[] pixels = decoder.decode(FileContent.of("", fields.bytes(row))).pixels();
            decoded.inc();
            out.collect(fields.output(row, pixels));
        } catch (BadImageException bad) {
            Row letter = deadLetters.of(row, bad.getClass().getSimpleName(), bad.reason());
            if (!takesDeadLetters) {
                throw deadLetters.refused(letter);
            }
            rejected.inc();
            context.output(DeadLetterRows.TAG, letter);
        }
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }
}
