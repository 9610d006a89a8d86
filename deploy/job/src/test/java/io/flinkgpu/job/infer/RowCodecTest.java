package io.flinkgpu.job.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

/** Fields as a model's inputs, and its outputs as fields: here the model gives what it gets. */
class RowCodecTest {

    private static final RowSchema ALL =
            RowSchema.of(
                    Field.of("string", FieldType.STRING),
                    Field.of("boolean", FieldType.BOOLEAN),
                    Field.of("int", FieldType.INT),
                    Field.of("bigint", FieldType.BIGINT),
                    Field.of("float", FieldType.FLOAT),
                    Field.of("double", FieldType.DOUBLE),
                    Field.of("bytes", FieldType.BYTES),
                    Field.of("strings", FieldType.STRINGS),
                    Field.of("booleans", FieldType.BOOLEANS),
                    Field.of("ints", FieldType.INTS),
                    Field.of("bigints", FieldType.BIGINTS),
                    Field.of("floats", FieldType.FLOATS),
                    Field.of("doubles", FieldType.DOUBLES));

    @Test
    void everyTypeOfAFieldGoesThroughAModel() throws Exception {
        Row row =
                Row.of(
                        "a",
                        true,
                        1,
                        2L,
                        0.5f,
                        0.25,
                        new byte[] {1, 2},
                        new String[] {"b", "c"},
                        new boolean[] {true, false},
                        new int[] {3},
                        new long[] {4, 5, 6},
                        new float[] {0.5f},
                        new double[] {0.125});

        try (TensorBatch batch = encode(row)) {
            Row decoded =
                    new RowDecoder(RowSchema.NONE, outputs(ALL), ALL)
                            .decode(Row.withPositions(0), new TensorRow(batch).moveTo(0));

            assertThat(decoded).isEqualTo(row);
        }
    }

    @Test
    void anOutputOfSeveralElementsIsNoSingleValue() throws Exception {
        RowSchema one = RowSchema.of(Field.of("ints", FieldType.INT));
        Row row = Row.withPositions(ALL.fields().size());
        ALL.fields().forEach(field -> row.setField(ALL.indexOf(field.name()), example(field)));

        try (TensorBatch batch = encode(row)) {
            RowDecoder decoder = new RowDecoder(RowSchema.NONE, outputs(one), one);

            assertThatThrownBy(
                            () ->
                                    decoder.decode(
                                            Row.withPositions(0), new TensorRow(batch).moveTo(0)))
                    .isInstanceOf(SignatureMismatchException.class)
                    .hasMessageContaining("it has 2 elements a row, and the field is int.");
        }
    }

    @Test
    void aNullFailsItsRow() {
        Row row = Row.withPositions(ALL.fields().size());

        assertThatThrownBy(() -> encode(row))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid field 'string': null. Input 'string' needs a value.");
    }

    private static Object example(Field field) {
        return switch (field.type()) {
            case STRING -> "";
            case BOOLEAN -> false;
            case INT -> 0;
            case BIGINT -> 0L;
            case FLOAT -> 0f;
            case DOUBLE -> 0.0;
            case BYTES -> new byte[0];
            case STRINGS -> new String[] {""};
            case BOOLEANS -> new boolean[1];
            case INTS -> new int[2];
            case BIGINTS -> new long[1];
            case FLOATS -> new float[1];
            case DOUBLES -> new double[1];
            case TIMESTAMP -> throw new IllegalArgumentException("No tensor holds a timestamp.");
        };
    }

    private static TensorBatch encode(Row row) throws Exception {
        List<InputBinding> inputs = new ArrayList<>();
        for (Field field : ALL.fields()) {
            inputs.add(
                    new InputBinding(
                            field.name(),
                            field.name(),
                            ALL.indexOf(field.name()),
                            field.type(),
                            TensorFields.dataTypes(field.type()).get(0),
                            null));
        }
        TensorBatchBuilder builder = new TensorBatchBuilder(new DirectBufferPool(1 << 20), 1);
        builder.tryAppend(writer -> new RowEncoder(inputs).encode(row, writer));
        return builder.build();
    }

    private static List<OutputBinding> outputs(RowSchema fields) {
        return fields.fields().stream()
                .map(
                        field ->
                                new OutputBinding(
                                        field.name(),
                                        field.type(),
                                        field.name(),
                                        DataType.BYTES,
                                        Shape.ofUnknownRank()))
                .toList();
    }
}
