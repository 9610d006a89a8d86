package io.flinkgpu.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.flink.annotation.Internal;

/**
 * What became of one row. Public, so that Flink knows its fields without Kryo.
 *
 * @param id the row's
 * @param emittedAtMillis when it left inference, epoch milliseconds of that task manager; 0 before
 * @param label index of the answer's highest value, the first of equals
 * @param ok whether the answer is the expected one; true where none is known
 */
@Internal
public record LoadAnswer(long id, long emittedAtMillis, int label, boolean ok)
        implements Serializable {

    /**
     * Reads the model's answer.
     *
     * @param echoes whether the model is to answer a row with the row itself
     * @throws SignatureMismatchException if the model has not exactly one output, of floats, which
     *     no row is to blame for
     */
    static LoadAnswer of(LoadRow row, TensorRow answer, boolean echoes) {
        float[] values = floats(answer);
        boolean ok = !echoes || Arrays.equals(values, row.values());
        return new LoadAnswer(row.id(), 0, indexOfHighest(values), ok);
    }

    LoadAnswer emittedAt(long millis) {
        return new LoadAnswer(id, millis, label, ok);
    }

    void writeTo(JsonFields line) throws IOException {
        line.number("id", id)
                .number("emittedAtMillis", emittedAtMillis)
                .number("label", label)
                .bool("ok", ok);
    }

    /** Reads a line; a missing id becomes -1. */
    static LoadAnswer read(JsonNode line) {
        return new LoadAnswer(
                line.path("id").asLong(-1),
                line.path("emittedAtMillis").asLong(),
                line.path("label").asInt(-1),
                line.path("ok").asBoolean());
    }

    private static float[] floats(TensorRow answer) {
        try {
            return answer.floats();
        } catch (ShapeMismatchException mismatch) {
            throw new SignatureMismatchException(
                    "Cannot read the answer: %s".formatted(mismatch.getMessage()));
        }
    }

    private static int indexOfHighest(float[] values) {
        int best = values.length == 0 ? -1 : 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
