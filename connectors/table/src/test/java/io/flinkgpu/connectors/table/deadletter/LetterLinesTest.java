package io.flinkgpu.connectors.table.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetterLinesTest {

    private final GenericRowData letter = new GenericRowData(LetterField.values().length);

    @Test
    void writesWhatIsNotNull() throws IOException {
        letter.setField(LetterField.CAUSE.position(), StringData.fromString("\"bad\""));
        letter.setField(LetterField.ATTEMPTS.position(), 2);
        letter.setField(LetterField.FAILED_AT.position(), TimestampData.fromEpochMillis(0));

        assertThat(line())
                .isEqualTo(
                        "{\"cause\":\"\\\"bad\\\"\",\"attempts\":2,\"failedAt\":\"1970-01-01T00:00:00Z\",\"row\":{}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"price\":12345678901234567890.120,\"zero\":-0.0}",
                "{\"a\": [1e5, 1.50, 7], \"b\":\"\\ud800 \\n\"}",
                "0.10",
                "true"
            })
    void writesJsonAsItIs(String json) throws IOException {
        letter.setField(LetterField.ROW.position(), StringData.fromString(json));

        assertThat(line()).isEqualTo("{\"row\":%s}".formatted(json));
    }

    @Test
    void writesJsonInOneLine() throws IOException {
        letter.setField(
                LetterField.ROW.position(),
                StringData.fromString(" {\r\n\"a\": 1.0,\n\"b\": 2}\n"));

        assertThat(line()).isEqualTo("{\"row\":{  \"a\": 1.0, \"b\": 2}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.jpg", "{\"a\":1", "{} {}", "NaN", "1.", "[\"\n\"]", "{a:1}"})
    void writesAsATextWhatIsNoJson(String text) throws IOException {
        letter.setField(LetterField.ORIGIN.position(), StringData.fromString(text));

        assertThat(new ObjectMapper().readTree(line()).get("origin").textValue()).isEqualTo(text);
    }

    private String line() throws IOException {
        return new ObjectMapper().writeValueAsString(LetterLines.fields(letter));
    }
}
