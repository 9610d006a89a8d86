package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.file.JsonLineEncoder;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;

/**
 * Dead letters as {@link JsonLines}, exactly once.
 *
 * <p>A line has the fields {@code errorClass}, {@code exception}, {@code cause}, {@code attempts},
 * {@code place}, {@code arrivedAt} and {@code failedAt} (ISO-8601, UTC), and {@code row}, an object
 * with what the row's encoder writes.
 *
 * <pre>{@code
 * labels.getSideOutput(FAILED)
 *         .sinkTo(DeadLetterFiles.sink(directory, (image, row) -> row.string("path", image.path())));
 * }</pre>
 */
@PublicEvolving
public final class DeadLetterFiles {

    private DeadLetterFiles() {}

    /**
     * A sink into the files of a directory of its own.
     *
     * @param rows writes what shall be kept of a row, at the least what tells it from others; what
     *     it throws fails the job
     */
    public static <IN> FileSink<DeadLetter<IN>> sink(
            Path directory, JsonLineEncoder<? super IN> rows) {
        return JsonLines.sink(directory, (letter, line) -> write(letter, rows, line));
    }

    private static <IN> void write(
            DeadLetter<IN> letter, JsonLineEncoder<? super IN> rows, JsonFields line)
            throws IOException {
        line.string("errorClass", letter.errorClass().toString())
                .string("exception", letter.exception())
                .string("cause", letter.cause())
                .number("attempts", letter.attempts())
                .string("place", letter.place())
                .string("arrivedAt", time(letter.arrivedAtMillis()))
                .string("failedAt", time(letter.failedAtMillis()))
                .object("row", letter.row(), rows);
    }

    private static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }
}
