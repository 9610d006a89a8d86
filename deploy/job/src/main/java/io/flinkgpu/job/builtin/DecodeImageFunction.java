package io.flinkgpu.job.builtin;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.image.BadImageException;
import io.flinkgpu.connectors.image.ImageDecoder;
import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.row.RowMapping;
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

    private final ImageDecoding decoding;
    private final int bytes;
    private final RowMapping mapping;
    private final DeadLetterRows deadLetters;
    private final boolean takesDeadLetters;

    private transient ImageDecoder decoder;
    private transient Counter decoded;
    private transient Counter rejected;

    /**
     * Decodes by these settings.
     *
     * @param bytes place of the file's bytes in a row
     * @param mapping takes the pixels
     */
    DecodeImageFunction(
            ImageDecoding decoding,
            int bytes,
            RowMapping mapping,
            DeadLetterRows deadLetters,
            boolean takesDeadLetters) {
        this.decoding = decoding;
        this.bytes = bytes;
        this.mapping = mapping;
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
            float[] pixels = decoder.decode(FileContent.of("", content(row))).pixels();
            decoded.inc();
            out.collect(mapping.row(row, pixels));
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

    private byte[] content(Row row) {
        byte[] content = (byte[]) row.getField(bytes);
        return content == null ? new byte[0] : content;
    }
}
