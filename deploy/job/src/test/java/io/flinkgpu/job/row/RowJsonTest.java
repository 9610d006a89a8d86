package io.flinkgpu.job.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class RowJsonTest {

    private static final RowSchema ALL =
            new RowSchema(
                    Arrays.stream(FieldType.values())
                            .map(type -> Field.of(type.name(), type))
                            .toList());

    private final RowJson json = new RowJson(ALL);

    @Test
    void readsWhatItWrites() throws Exception {
        Row row =
                Row.of(
                        "a",
                        true,
                        1,
                        2L,
                        0.5f,
                        0.25,
                        new byte[] {1, 2},
                        Instant.ofEpochSecond(1),
                        new String[] {"b"},
                        new boolean[] {true, false},
                        new int[] {3},
                        new long[] {4},
                        new float[] {0.5f},
                        new double[] {0.125});

        JsonNode written = new ObjectMapper().readTree(json.write(row).toString());

        assertThat(json.read(written)).isEqualTo(row);
    }

    @Test
    void missingFieldsAndNumbersThatJsonLacksAreNull() throws Exception {
        Row row = json.read(new ObjectMapper().readTree("{\"other\": 1}"));
        row.setField(4, Float.NaN);

        assertThat(row.getArity()).isEqualTo(FieldType.values().length);
        assertThat(json.write(row).path("FLOAT").isNull()).isTrue();
        assertThat(json.write(row).path("STRING").isNull()).isTrue();
    }

    @Test
    void refusesValuesOfAnotherType() {
        assertThatThrownBy(() -> json.read(new ObjectMapper().readTree("{\"INTS\": [1, 0.5]}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid field 'INTS': [1,0.5]. It must be array<int>.");
    }

    @Test
    void tellsRowsApartByTheirScalars() {
        Row row = Row.withPositions(FieldType.values().length);
        row.setField(0, "a");
        row.setField(6, new byte[100]);

        assertThat(json.writeScalars(row).has("BYTES")).isFalse();
        assertThat(json.writeScalars(row).path("STRING").asText()).isEqualTo("a");
    }
}
