package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittedModelTest {

    private static final ModelRef REF = TestingModelRuntime.ref("model");

    private final List<Integer> batchSizes = new ArrayList<>();

    @Test
    void fillsAShortBatchUpAndDropsTheAnswersOfTheFilling() throws Exception {
        TestingModel model = model(Shape.of(4, 1));

        TensorBatch outputs = fitted(model).run(List.of(ints(1, 2), ints(3)));

        assertThat(outputs).isEqualTo(TensorBatch.of("y", Tensor.ofInts(Shape.of(3, 1), 1, 2, 3)));
        assertThat(model.runSizes()).containsExactly(4);
        assertThat(batchSizes).containsExactly(4);
    }

    @Test
    void leavesThePartsToTheirOwner() throws Exception {
        FittedModel fitted = fitted(model(Shape.of(4, 1)));
        TensorBatch part = ints(7);

        fitted.run(List.of(part)).close();

        assertThat(part.tensor("x").toInts()).containsExactly(7);
    }

    @Test
    void runsABatchOfTheRightSizeAndAnOpenOneAsTheyAre() throws Exception {
        TestingModel fixed = model(Shape.of(2, 1));
        TestingModel open = model(Shape.of(-1, 1));

        fitted(fixed).run(List.of(ints(1, 2)));
        fitted(open).run(List.of(ints(1, 2), ints(3)));

        assertThat(fixed.runSizes()).containsExactly(2);
        assertThat(open.runSizes()).containsExactly(3);
    }

    @Test
    void runsSingleRowsFromWhereAnOutputIsNotOfTheBatch() throws Exception {
        TestingModel model = model(Shape.of(-1, -1)).ofOneRowAlone();
        FittedModel fitted = fitted(model);

        TensorBatch outputs = fitted.run(List.of(ints(1, 2), ints(3)));

        assertThat(outputs.tensor("y").toInts()).containsExactly(1, 2, 3);
        assertThat(model.runSizes()).containsExactly(3, 1, 1, 1);
        assertThat(fitted.signature().fixedBatchSize()).hasValue(1);
        assertThat(batchSizes).containsExactly(1);
    }

    @Test
    void takesTheSignatureOverThatItsModelLearns() throws Exception {
        TestingModel model = model(Shape.of(-1, 1)).learningItsSignature();
        FittedModel fitted = fitted(model);
        assertThat(fitted.signature().isOpen()).isTrue();

        fitted.run(List.of(ints(1, 2))).close();

        assertThat(fitted.signature().inputs()).hasSize(1);
    }

    @Test
    void runsSingleRowsOfAnOpenSignature() throws Exception {
        TestingModel model = model(Shape.of(-1, 1)).learningItsSignature();
        FittedModel fitted = fitted(model);
        fitted.limitToOneRow("a test says so");

        fitted.run(List.of(ints(1, 2))).close();

        assertThat(model.runSizes()).containsExactly(1, 1);
    }

    @Test
    void failsWhereSingleRowsHaveNoAnswerEither() throws Exception {
        TestingModel model = model(Shape.of(-1, -1)).ofNoRow();
        FittedModel fitted = fitted(model);

        assertThatThrownBy(() -> fitted.run(List.of(ints(1, 2))))
                .isInstanceOf(OutputShapeException.class)
                .hasMessage(
                        "Cannot run testing model: output 'y' has shape [7] for a batch of 1 row. Every output must have the batch axis in front.")
                .satisfies(
                        failure ->
                                assertThat(ErrorClasses.of(failure))
                                        .isEqualTo(ErrorClass.MODEL_LOAD));
        assertThat(fitted.signature().fixedBatchSize()).isEmpty();
    }

    private FittedModel fitted(TestingModel model) throws ModelLoadException {
        return new FittedModel(model, REF, batchSizes::add);
    }

    private static TestingModel model(Shape shape) {
        return new TestingModel(new TensorSpec("x", DataType.INT32, shape));
    }

    private static TensorBatch ints(int... values) {
        return TensorBatch.of("x", Tensor.ofInts(Shape.of(values.length, 1), values));
    }
}
