package io.flinkgpu.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class OriginsTest {

    private static final Field PATH = Field.of("path", FieldType.STRING);
    private static final Field CONTENT = Field.of("content", FieldType.BYTES);
    private static final RowSchema FILES = RowSchema.of(PATH, CONTENT);

    @Test
    void stepsTakeTheOriginAndSinksDoNot() {
        RowSchema rows = RowSchema.of(PATH, CONTENT, RowOrigin.FIELD);

        assertThat(Origins.taken(List.of(rows), ElementKind.STEP)).isEqualTo(rows);
        assertThat(Origins.taken(List.of(rows), ElementKind.SINK)).isEqualTo(FILES);
    }

    @Test
    void aUnionTakesTheOriginIfAllInputsHaveIt() {
        RowSchema last = RowSchema.of(PATH, CONTENT, RowOrigin.FIELD);
        RowSchema middle = RowSchema.of(PATH, RowOrigin.FIELD, CONTENT);

        assertThat(Origins.taken(List.of(middle, middle), ElementKind.STEP)).isEqualTo(middle);
        assertThat(Origins.taken(List.of(middle, last), ElementKind.STEP)).isEqualTo(last);
        assertThat(Origins.taken(List.of(last, FILES), ElementKind.STEP)).isEqualTo(FILES);
    }

    @Test
    void aRowCarriesItsReferenceToItsDeadLetter() {
        OriginFunction function = new OriginFunction("images:", FILES, RowSchema.of(PATH));

        Row row = function.map(Row.of("a.jpg", new byte[] {1}));
        Row letter =
                new DeadLetterRows("decode", RowSchema.of(PATH, CONTENT, RowOrigin.FIELD))
                        .of(row, "BadImageException", "No image");

        assertThat(row).isEqualTo(Row.of("a.jpg", new byte[] {1}, "images:{\"path\":\"a.jpg\"}"));
        assertThat(field(letter, "source")).isEqualTo("images");
        assertThat(field(letter, "origin")).isEqualTo("{\"path\":\"a.jpg\"}");
        assertThat(field(letter, "row")).isEqualTo("{\"path\":\"a.jpg\"}");
    }

    @Test
    void aLargeRowCarriesNone() {
        OriginFunction function = new OriginFunction("images:", FILES, FILES);

        assertThat(function.map(Row.of("a", new byte[OriginFunction.LARGEST - 1])).getField(2))
                .isNotNull();
        assertThat(function.map(Row.of("a", new byte[OriginFunction.LARGEST])).getField(2))
                .isNull();
    }

    private static Object field(Row letter, String name) {
        return letter.getField(DeadLetterRows.SCHEMA.indexOf(name));
    }
}
