package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchAxisTest {

    private static final ModelRef REF = TestingModelRuntime.ref("m");

    @Test
    void takesOutputsWhoseBatchAxisIsOpenOrTheInputs() throws Exception {
        ModelSignature open = signature(List.of(Shape.of(-1, 3)), Shape.of(-1, 2));
        ModelSignature fixed =
                signature(List.of(Shape.of(8, 3), Shape.of(-1)), Shape.of(8), Shape.of(-1, 2));
        ModelSignature unknown =
                signature(List.of(Shape.ofUnknownRank()), Shape.ofUnknownRank(), Shape.of(-1));

        assertThat(BatchAxis.checked(REF, open)).isEqualTo(open);
        assertThat(BatchAxis.checked(REF, fixed)).isEqualTo(fixed);
        assertThat(BatchAxis.checked(REF, unknown)).isEqualTo(unknown);
    }

    @Test
    void givesSingleRowsToAModelOfWhichAnOutputIsOneRow() throws Exception {
        ModelSignature mixed =
                signature(List.of(Shape.of(-1, 3), Shape.of(-1)), Shape.of(-1, 2), Shape.of(1, 9));

        assertThat(BatchAxis.checked(REF, mixed))
                .isEqualTo(
                        signature(
                                List.of(Shape.of(1, 3), Shape.of(1)),
                                Shape.of(1, 2),
                                Shape.of(1, 9)));
    }

    @Test
    void refusesAnOutputThatHasNoRowForEachRow() {
        assertRefused(
                signature(List.of(Shape.of(-1, 3)), Shape.of(-1, 2), Shape.of(10)),
                "output 'y1' has shape [10] where input 'x0' has shape [-1, 3]. Every output must have the batch axis in front: leave out or repeat for each row what belongs to none.");
        assertRefused(
                signature(List.of(Shape.of(8, 3)), Shape.of(1, 2)),
                "output 'y0' has shape [1, 2] where input 'x0' has shape [8, 3]. Every output must have the batch axis in front: leave out or repeat for each row what belongs to none.");
        assertRefused(
                signature(List.of(Shape.of(-1, 3)), Shape.of(0, 6)),
                "output 'y0' has shape [0, 6] where input 'x0' has shape [-1, 3]. Every output must have the batch axis in front: leave out or repeat for each row what belongs to none.");
    }

    @Test
    void refusesInputsOfDifferentBatches() {
        assertRefused(
                signature(List.of(Shape.of(8, 3), Shape.of(-1), Shape.of(1)), Shape.of(8)),
                "input 'x0' has shape [8, 3] and input 'x2' has shape [1]. All must have the same batch axis in front.");
    }

    @Test
    void refusesScalarsAndBatchesWithoutRows() {
        assertRefused(
                signature(List.of(Shape.scalar()), Shape.of(-1)),
                "tensor 'x0' has shape []. Every input and output must have the batch axis in front.");
        assertRefused(
                signature(List.of(Shape.of(-1)), Shape.scalar()),
                "tensor 'y0' has shape []. Every input and output must have the batch axis in front.");
        assertRefused(
                signature(List.of(Shape.of(0, 3)), Shape.of(-1)),
                "input 'x0' has shape [0, 3], which holds no row. Export it with an open batch axis.");
    }

    private static void assertRefused(ModelSignature signature, String reason) {
        assertThatThrownBy(() -> BatchAxis.checked(REF, signature))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("Cannot load model 'm': " + reason);
    }

    private static ModelSignature signature(List<Shape> inputs, Shape... outputs) {
        return new ModelSignature("s", specs("x", inputs), specs("y", List.of(outputs)));
    }

    private static List<TensorSpec> specs(String name, List<Shape> shapes) {
        List<TensorSpec> specs = new ArrayList<>();
        for (Shape shape : shapes) {
            specs.add(new TensorSpec(name + specs.size(), DataType.FLOAT32, shape));
        }
        return specs;
    }
}
