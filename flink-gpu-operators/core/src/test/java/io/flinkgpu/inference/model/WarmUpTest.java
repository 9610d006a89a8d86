package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final ModelRef REF = TestingModelRuntime.ref("model");

    @Test
    void runsOneRowAndTheLargestBatch() {
        TestingModel model = model(DataType.FLOAT32, Shape.of(-1, 4));

        WarmUp.run(model, REF, 32);

        assertThat(model.runSizes()).containsExactly(1, 32);
    }

    @Test
    void runsOnceWhereTheLargestBatchIsOneRow() {
        TestingModel model = model(DataType.FLOAT32, Shape.of(-1, 4));

        WarmUp.run(model, REF, 1);

        assertThat(model.runSizes()).containsExactly(1);
    }

    @Test
    void runsNoLargerBatchThanItsBytesAllow() {
        int mebibyte = 1 << 20;
        TestingModel model = model(DataType.UINT8, Shape.of(-1, 16, mebibyte));

        WarmUp.run(model, REF, 1_000_000);

        assertThat(model.runSizes()).containsExactly(1, 4);
    }

    @Test
    void runsTheOnlyBatchSizeThatTheModelTakes() {
        TestingModel model = model(DataType.FLOAT32, Shape.of(8, 4));

        WarmUp.run(model, REF, 32);

        assertThat(model.runSizes()).containsExactly(8);
    }

    @Test
    void runsNothingWhereZerosAreNoExample() {
        TestingModel strings = model(DataType.BYTES, Shape.of(-1));
        TestingModel open = model(DataType.FLOAT32, Shape.of(-1, -1));
        TestingModel unknown = model(DataType.FLOAT32, Shape.ofUnknownRank());

        WarmUp.run(strings, REF, 32);
        WarmUp.run(open, REF, 32);
        WarmUp.run(unknown, REF, 32);

        assertThat(strings.runSizes()).isEmpty();
        assertThat(open.runSizes()).isEmpty();
        assertThat(unknown.runSizes()).isEmpty();
    }

    @Test
    void servesAModelThatFailsOnZeros() {
        TestingModel model =
                model(DataType.INT32, Shape.of(-1))
                        .doing(
                                () -> {
                                    throw new ArithmeticException("division by zero");
                                });

        WarmUp.run(model, REF, 32);

        assertThat(model.runSizes()).containsExactly(1);
        assertThat(model.isClosed()).isFalse();
    }

    private static TestingModel model(DataType dataType, Shape shape) {
        return new TestingModel(new TensorSpec("x", dataType, shape));
    }
}
