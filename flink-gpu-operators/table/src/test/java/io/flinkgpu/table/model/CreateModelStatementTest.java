package io.flinkgpu.table.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreateModelStatementTest {

    @Test
    void declaresAColumnForEachTensor() {
        ModelSignature signature =
                new ModelSignature(
                        "serving_default",
                        List.of(spec("image", DataType.FLOAT32, -1, 32, 32, 1)),
                        List.of(
                                spec("probabilities", DataType.FLOAT32, -1, 10),
                                spec("label", DataType.INT64, -1)));

        assertThat(
                        CreateModelStatement.of("digits", signature)
                                .with("location", "/it's/digits")
                                .sql())
                .isEqualTo(
                        """
                        CREATE MODEL `digits`
                          INPUT (`image` ARRAY<ARRAY<ARRAY<FLOAT>>>)
                          OUTPUT (`probabilities` ARRAY<FLOAT>, `label` BIGINT)
                          WITH (
                            'provider' = 'flink-gpu',
                            'location' = '/it''s/digits')""");
    }

    @Test
    void bindsTensorsWhoseNamesAreNoColumns() {
        ModelSignature signature =
                new ModelSignature(
                        "serving_default",
                        List.of(spec("in:0", DataType.BYTES, -1), spec("in.0", DataType.BYTES, -1)),
                        List.of(spec("out:0", DataType.BOOL, -1)));

        assertThat(CreateModelStatement.of("m", signature).sql())
                .contains("INPUT (`in_0` STRING, `in_0_1` STRING)")
                .contains("'input.in:0' = 'in_0'")
                .contains("'input.in.0' = 'in_0_1'")
                .contains("'output.out_0' = 'out:0'");
    }

    @Test
    void refusesAModelThatDoesNotTell() {
        assertThatThrownBy(
                        () -> CreateModelStatement.of("m", ModelSignature.open("serving_default")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot describe model 'm': ");
    }

    private static TensorSpec spec(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }
}
