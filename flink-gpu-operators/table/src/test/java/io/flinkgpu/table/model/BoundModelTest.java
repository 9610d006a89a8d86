package io.flinkgpu.table.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class BoundModelTest {

    private static final ModelSignature TWO =
            new ModelSignature(
                    "serving_default",
                    List.of(spec("X", DataType.FLOAT32, -1, 2), spec("n", DataType.INT64, -1)),
                    List.of(spec("y", DataType.FLOAT32, -1, 2), spec("label", DataType.INT64, -1)));

    private static final ModelSignature ONE =
            new ModelSignature(
                    "serving_default",
                    List.of(spec("x", DataType.INT64, -1)),
                    List.of(spec("y", DataType.INT64, -1)));

    private static final RowType INPUTS =
            columns("v", DataTypes.ARRAY(DataTypes.FLOAT()), "n", DataTypes.BIGINT());

    private static final org.apache.flink.table.types.DataType ERROR =
            DataTypes.ROW(
                    DataTypes.FIELD("class", DataTypes.STRING()),
                    DataTypes.FIELD("message", DataTypes.STRING()),
                    DataTypes.FIELD("attempts", DataTypes.INT()));

    @Test
    void bindsColumnsByOptionAndByName() throws Exception {
        BoundModel model = bind(TWO, INPUTS, columns("label", DataTypes.BIGINT()), "input.X", "v");

        TensorBatch batch =
                encode(model, GenericRowData.of(new GenericArrayData(new float[] {1, 2}), 7L));

        assertThat(batch.tensors())
                .isEqualTo(
                        Map.of(
                                "X", Tensor.ofFloats(Shape.of(1, 2), 1, 2),
                                "n", Tensor.ofLongs(Shape.of(1), 7)));
        assertThat(model.decode(answer())).isEqualTo(GenericRowData.of(9L));
    }

    @Test
    void bindsTheOnlyColumnToTheOnlyTensor() throws Exception {
        BoundModel model =
                bind(
                        ONE,
                        columns("a", DataTypes.INT()),
                        columns("b", DataTypes.BIGINT(), "error", ERROR),
                        "error-column",
                        "error");

        assertThat(encode(model, GenericRowData.of(3)).names()).containsExactly("x");
        assertThat(model.decode(new TensorRow(TensorBatch.of("y", Tensor.ofLongs(Shape.of(1), 4)))))
                .isEqualTo(GenericRowData.of(4L, null));
    }

    @Test
    void takesFieldsOfARowFromOutputsOfTheirNames() {
        BoundModel model =
                bind(
                        TWO,
                        INPUTS,
                        columns(
                                "r",
                                DataTypes.ROW(
                                        DataTypes.FIELD("label", DataTypes.BIGINT()),
                                        DataTypes.FIELD(
                                                "all", DataTypes.ARRAY(DataTypes.FLOAT())))),
                        "input.X",
                        "v",
                        "output.r.all",
                        "y");

        assertThat(model.decode(answer()))
                .isEqualTo(
                        GenericRowData.of(
                                GenericRowData.of(
                                        9L,
                                        BinaryArrayData.fromPrimitiveArray(
                                                new float[] {0.5f, 0.25f}))));
    }

    @Test
    void takesTheOnlyFieldFromTheOnlyOutputWhereAnOptionSaysSo() {
        BoundModel model =
                bind(
                        ONE,
                        columns("x", DataTypes.BIGINT()),
                        columns("r", DataTypes.ROW(DataTypes.FIELD("a", DataTypes.BIGINT()))),
                        "output.r.a",
                        "y");

        assertThat(model.decode(new TensorRow(TensorBatch.of("y", Tensor.ofLongs(Shape.of(1), 4)))))
                .isEqualTo(GenericRowData.of(GenericRowData.of(4L)));
    }

    @Test
    void takesAModelThatDoesNotTellAtTheStatementsWord() throws Exception {
        BoundModel model =
                bind(
                        ModelSignature.open("serving_default"),
                        columns("a", DataTypes.BIGINT()),
                        columns("label", DataTypes.BIGINT()));

        assertThat(encode(model, GenericRowData.of(3L)).names())
                .containsExactly(TensorRowWriter.ONLY_INPUT);
        assertThat(model.decode(answer())).isEqualTo(GenericRowData.of(9L));
    }

    @Test
    void saysInAColumnWhyARowFailed() {
        BoundModel model =
                bind(
                        ONE,
                        columns("x", DataTypes.BIGINT()),
                        columns("error", ERROR, "y", DataTypes.BIGINT()),
                        "error-column",
                        "error");

        assertThat(model.failed(failure()))
                .isEqualTo(
                        GenericRowData.of(
                                GenericRowData.of(
                                        StringData.fromString("TIMEOUT"),
                                        StringData.fromString("too late"),
                                        4),
                                null));
    }

    @Test
    void givesFailedRowsTheirDefaults() {
        BoundModel model =
                bind(
                        TWO,
                        INPUTS,
                        columns(
                                "label",
                                DataTypes.BIGINT(),
                                "y",
                                DataTypes.ARRAY(DataTypes.FLOAT())),
                        "input.X",
                        "v",
                        "on-error",
                        "default",
                        "default.label",
                        "-1");

        assertThat(model.failed(failure())).isEqualTo(GenericRowData.of(-1L, null));
    }

    @Test
    void readsDefaultsOfEveryType() {
        assertThat(DefaultValues.parse("true", DataTypes.BOOLEAN().getLogicalType()))
                .isEqualTo(true);
        assertThat(DefaultValues.parse("1", DataTypes.TINYINT().getLogicalType()))
                .isEqualTo((byte) 1);
        assertThat(DefaultValues.parse("1", DataTypes.SMALLINT().getLogicalType()))
                .isEqualTo((short) 1);
        assertThat(DefaultValues.parse("1", DataTypes.INT().getLogicalType())).isEqualTo(1);
        assertThat(DefaultValues.parse("0.5", DataTypes.FLOAT().getLogicalType())).isEqualTo(0.5f);
        assertThat(DefaultValues.parse("0.5", DataTypes.DOUBLE().getLogicalType())).isEqualTo(0.5);
        assertThat(DefaultValues.parse("a", DataTypes.STRING().getLogicalType()))
                .isEqualTo(StringData.fromString("a"));
    }

    @Test
    void namesEveryProblemAndWhatFits() {
        assertThatThrownBy(
                        () ->
                                bind(
                                        TWO,
                                        columns("v", DataTypes.ARRAY(DataTypes.FLOAT())),
                                        columns("label", DataTypes.STRING(), "z", DataTypes.INT()),
                                        "input.W",
                                        "v",
                                        "input.n",
                                        "k",
                                        "output.q",
                                        "y",
                                        "on-error",
                                        "default",
                                        "default.p",
                                        "1"))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("Cannot use model m: ")
                .hasMessageContaining(
                        "Invalid input.W: the model has no such input. It has [X, n].")
                .hasMessageContaining("Invalid input.n: 'k'. The model's INPUT columns are [v].")
                .hasMessageContaining(
                        "Cannot run the model: its input 'X' ([-1, 2] float32) has no column. Add one of that name to INPUT, or set 'input.X' to one of [v].")
                .hasMessageContaining(
                        "Invalid type of column 'label': STRING. The model's output 'label' gives [-1] int64: declare the column BIGINT.")
                .hasMessageContaining(
                        "Invalid OUTPUT column 'z': the model has no output of that name. Set 'output.z' to one of [y, label].")
                .hasMessageContaining(
                        "Invalid option 'output.q': the model has no such OUTPUT column. It has [label, z].")
                .hasMessageContaining("Invalid option 'default.p'")
                .hasMessageEndingWith(
                        "What fits: INPUT (`X` ARRAY<FLOAT>, `n` BIGINT) OUTPUT (`y` ARRAY<FLOAT>, `label` BIGINT).");
    }

    @Test
    void refusesTwoColumnsForOneInput() {
        RowType columns =
                columns(
                        "X", DataTypes.ARRAY(DataTypes.FLOAT()),
                        "v", DataTypes.ARRAY(DataTypes.FLOAT()),
                        "n", DataTypes.BIGINT());

        assertThatThrownBy(
                        () ->
                                bind(
                                        TWO,
                                        columns,
                                        columns("label", DataTypes.BIGINT()),
                                        "input.X",
                                        "v"))
                .hasMessageContaining(
                        "Invalid input.X: columns 'X' and 'v' both give it. Leave one out, or make one ARRAY of them in the query.");
    }

    @Test
    void refusesColumnsThatCannotHoldWhatAFailedRowHas() {
        RowType inputs = columns("x", DataTypes.BIGINT());
        assertThatThrownBy(
                        () ->
                                bind(
                                        ONE,
                                        inputs,
                                        columns("y", DataTypes.BIGINT().notNull()),
                                        "on-error",
                                        "null"))
                .hasMessageContaining("A row that fails has NULL there: leave out NOT NULL.");
        assertThatThrownBy(
                        () ->
                                bind(
                                        ONE,
                                        inputs,
                                        columns(
                                                "y",
                                                DataTypes.BIGINT(),
                                                "error",
                                                DataTypes.STRING()),
                                        "error-column",
                                        "error"))
                .hasMessageContaining(
                        "Invalid type of column 'error': STRING. It says why a row failed: declare it ROW<class STRING, message STRING, attempts INT>.");
        assertThatThrownBy(
                        () ->
                                bind(
                                        ONE,
                                        inputs,
                                        columns("y", DataTypes.BIGINT()),
                                        "error-column",
                                        "error"))
                .hasMessageContaining("Invalid error-column: 'error'.");
        assertThatThrownBy(
                        () ->
                                bind(
                                        ONE,
                                        inputs,
                                        columns("y", DataTypes.BIGINT()),
                                        "on-error",
                                        "default",
                                        "default.y",
                                        "one"))
                .hasMessageContaining("Invalid default.y: 'one'. It must be a BIGINT.");
    }

    private static RowFailedException failure() {
        return new RowFailedException(ErrorClass.TIMEOUT, 4, new IllegalStateException("too late"));
    }

    private static TensorRow answer() {
        return new TensorRow(
                TensorBatch.of(
                        Map.of(
                                "y", Tensor.ofFloats(Shape.of(1, 2), 0.5f, 0.25f),
                                "label", Tensor.ofLongs(Shape.of(1), 9))));
    }

    private static TensorBatch encode(BoundModel model, RowData row) throws Exception {
        TensorBatchBuilder batch = new TensorBatchBuilder(new DirectBufferPool(1 << 16), 1);
        batch.tryAppend(writer -> model.encoder().encode(row, writer));
        return batch.build();
    }

    private static BoundModel bind(
            ModelSignature signature, RowType inputs, RowType outputs, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("location", "m"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return BoundModel.bind(
                "m", TableModelConfig.from(all, new Configuration()), signature, inputs, outputs);
    }

    private static RowType columns(Object... namesAndTypes) {
        DataTypes.Field[] fields = new DataTypes.Field[namesAndTypes.length / 2];
        for (int i = 0; i < fields.length; i++) {
            fields[i] =
                    DataTypes.FIELD(
                            (String) namesAndTypes[2 * i],
                            (org.apache.flink.table.types.DataType) namesAndTypes[2 * i + 1]);
        }
        return (RowType) DataTypes.ROW(fields).getLogicalType();
    }

    private static TensorSpec spec(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }
}
