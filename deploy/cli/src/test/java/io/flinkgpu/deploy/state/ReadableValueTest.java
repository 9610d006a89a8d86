package io.flinkgpu.deploy.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadableValueTest {

    private record Ticket(long id, String text, Ticket parent) {}

    /** Like a POJO of Flink's: fields, and no text of its own. */
    static class Pojo {
        static final String OF_THE_CLASS = "static";
        final int id = 7;
        final transient int derived = 8;
    }

    static final class PojoOfMore extends Pojo {
        final float score = 0.5f;
    }

    private static final class Named {
        @Override
        public String toString() {
            return "Named[7]";
        }
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of(7L, "7"),
                Arguments.of(0.25, "0.25"),
                Arguments.of(new BigDecimal("1.50"), "1.50"),
                Arguments.of(true, "true"),
                Arguments.of("a \"word\"", "\"a \\\"word\\\"\""),
                Arguments.of(Instant.EPOCH, "\"1970-01-01T00:00:00Z\""),
                Arguments.of(new byte[] {1, (byte) 0xff}, "\"01ff\""),
                Arguments.of(new byte[1000], "\"0000000000000000... 1000 bytes\""),
                Arguments.of(new int[] {1, 2}, "[1,2]"),
                Arguments.of(new float[10], "[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,\"... 2 more\"]"),
                Arguments.of(Arrays.asList("a", null), "[\"a\",null]"),
                Arguments.of(Map.of("a", 1), "{\"a\":1}"),
                Arguments.of(Tuple2.of("a", 1), "[\"a\",1]"),
                Arguments.of(Row.of("a", 1), "[\"a\",1]"),
                Arguments.of(named(), "{\"id\":1}"),
                Arguments.of(new Ticket(1, "a", null), "{\"id\":1,\"text\":\"a\",\"parent\":null}"),
                Arguments.of(new PojoOfMore(), "{\"score\":0.5,\"id\":7}"),
                Arguments.of(new Named(), "\"Named[7]\""));
    }

    private static Row named() {
        Row row = Row.withNames();
        row.setField("id", 1);
        return row;
    }

    @ParameterizedTest
    @MethodSource("values")
    void becomesJson(Object value, String json) {
        assertThat(ReadableValue.of(value)).hasToString(json);
    }

    @Test
    void cutsLongText() {
        assertThat(ReadableValue.of("x".repeat(1000)).textValue())
                .startsWith("xxx")
                .endsWith("x... 1000 characters")
                .hasSizeLessThan(230);
    }

    @Test
    void cutsDeepValues() {
        Object deep = "end";
        for (int i = 0; i < 100; i++) {
            deep = List.of(deep);
        }

        assertThat(ReadableValue.of(deep).toString()).startsWith("[[[[\"[[[").hasSizeLessThan(250);
    }

    @Test
    void showsWhatATensorIs() {
        try (Tensor tensor = Tensor.ofFloats(Shape.of(2), 1, 2)) {
            assertThat(ReadableValue.of(tensor).textValue()).isEqualTo(tensor.toString());
        }
    }
}
