package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final ModelRef REF = TestingModelRuntime.ref("model");

    @Test
    void runsOneRowAndTheLargestBatch() throws Exception {
        TestingModel model = model(DataType.FLOAT32, Shape.of(-1, 4));

        warmUp(model, 32);

        assertThat(model.runSizes()).containsExactly(1, 32);
    }

    @Test
    void runsOnceWhereTheLargestBatchIsOneRow() throws Exception {
        TestingModel model = model(DataType.FLOAT32, Shape.of(-1, 4));

        warmUp(model, 1);

        assertThat(model.runSizes()).containsExactly(1);
    }

    @Test
    void runsNoLargerBatchThanItsBytesAllow() throws Exception {
        int mebibyte = 1 << 20;
        TestingModel model = model(DataType.UINT8, Shape.of(-1, 16, mebibyte));

        warmUp(model, 1_000_000);

        assertThat(model.runSizes()).containsExactly(1, 4);
    }

    @Test
    void runsTheOnlyBatchSizeThatTheModelTakes() throws Exception {
        TestingModel model = model(DataType.FLOAT32, Shape.of(8, 4));

        warmUp(model, 32);

        assertThat(model.runSizes()).containsExactly(8);
    }

    @Test
    void runsNothingWhereZerosAreNoExample() throws Exception {
        TestingModel strings = model(DataType.BYTES, Shape.of(-1));
        TestingModel open = model(DataType.FLOAT32, Shape.of(-1, -1));
        TestingModel unknown = model(DataType.FLOAT32, Shape.ofUnknownRank());

        TestingModel undeclared = model(DataType.FLOAT32, Shape.of(-1, 4)).learningItsSignature();

        warmUp(undeclared, 32);
        assertThat(undeclared.runSizes()).isEmpty();
        warmUp(strings, 32);
        warmUp(open, 32);
        warmUp(unknown, 32);

        assertThat(strings.runSizes()).isEmpty();
        assertThat(open.runSizes()).isEmpty();
        assertThat(unknown.runSizes()).isEmpty();
    }

    @Test
    void servesAModelThatFailsOnZeros() throws Exception {
        TestingModel model =
                model(DataType.INT32, Shape.of(-1))
                        .doing(
                                () -> {
                                    throw new ArithmeticException("division by zero");
                                });

        warmUp(model, 32);

        assertThat(model.runSizes()).containsExactly(1);
        assertThat(model.isClosed()).isFalse();
    }

    @Test
    void runsSingleRowsOfAModelThatFailsForSeveralRowsOfZeros() throws Exception {
        TestingModel model = refusingSeveralRows(ErrorClass.DATA);

        FittedModel fitted = warmUp(model, 32);

        assertThat(fitted.signature().fixedBatchSize()).hasValue(1);
        assertThat(model.runSizes()).containsExactly(1, 32);
    }

    @Test
    void keepsTheBatchOfAModelThatFailsForAnotherReasonThanItsRows() throws Exception {
        for (ErrorClass errorClass :
                new ErrorClass[] {ErrorClass.OUT_OF_MEMORY, ErrorClass.UNKNOWN}) {
            FittedModel fitted = warmUp(refusingSeveralRows(errorClass), 32);

            assertThat(fitted.signature().fixedBatchSize()).as(errorClass.name()).isEmpty();
        }
    }

    private static TestingModel refusingSeveralRows(ErrorClass errorClass) {
        TestingModel model = model(DataType.FLOAT32, Shape.of(-1, 4)).failingAs(errorClass);
        return model.doing(
                () -> {
                    if (model.runSizes().contains(32)) {
                        throw new IllegalStateException("32 rows");
                    }
                });
    }

    private static FittedModel warmUp(TestingModel model, int maxBatchSize) throws Exception {
        FittedModel fitted = new FittedModel(model, REF, rows -> {});
        WarmUp.run(fitted, REF, maxBatchSize);
        return fitted;
    }

    private static TestingModel model(DataType dataType, Shape shape) {
        return new TestingModel(new TensorSpec("x", dataType, shape));
    }
}
