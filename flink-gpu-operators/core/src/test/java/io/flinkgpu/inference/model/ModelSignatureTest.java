package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelSignatureTest {

    private static final TensorSpec IMAGE =
            new TensorSpec("x", DataType.FLOAT32, Shape.of(-1, 28, 28));
    private static final TensorSpec WEIGHT =
            new TensorSpec("weight", DataType.FLOAT32, Shape.of(-1));

    @Test
    void takesABatchThatConforms() {
        TensorBatch batch = floats("x", Shape.of(2, 28, 28));

        assertThat(signature(IMAGE).conform(batch)).isEqualTo(batch);
    }

    @Test
    void anOpenOneTakesWhatComes() {
        ModelSignature open = ModelSignature.open("serving_default");
        TensorBatch named = floats("x", Shape.of(2, 28));
        TensorBatch unnamed = floats(TensorRowWriter.ONLY_INPUT, Shape.of(2, 28));

        assertThat(open.isOpen()).isTrue();
        assertThat(open.conform(named)).isEqualTo(named);
        assertThat(open.conform(unnamed).names()).containsExactly("data");
        assertThat(open.isOpenInBatchAxisAlone()).isFalse();
        assertThat(open.fixedBatchSize()).isEmpty();
        assertThat(open.mostRowsOfOneShape()).isEmpty();
    }

    @Test
    void namesTheOnlyInput() {
        TensorBatch batch = floats(TensorRowWriter.ONLY_INPUT, Shape.of(2, 28, 28));

        assertThat(signature(IMAGE).conform(batch).names()).containsExactly("x");
    }

    @Test
    void shapesFlatRows() {
        TensorBatch batch = floats("x", Shape.of(2, 784));

        assertThat(signature(IMAGE).conform(batch).tensor("x").shape())
                .isEqualTo(Shape.of(2, 28, 28));
    }

    @Test
    void shapesRowsOfOneElementForAnInputWithoutFurtherAxes() {
        TensorBatch batch = floats("weight", Shape.of(5, 1));

        assertThat(signature(WEIGHT).conform(batch).tensor("weight").shape())
                .isEqualTo(Shape.of(5));
    }

    @Test
    void takesRowsOfAnyShapeWhereTheRankIsUnknown() {
        TensorSpec open = new TensorSpec("x", DataType.FLOAT32, Shape.ofUnknownRank());
        TensorBatch batch = floats("x", Shape.of(5, 1, 7));

        assertThat(signature(open).conform(batch)).isEqualTo(batch);
    }

    @Test
    void takesAnyNumberOfRowsButNoneWhereTheBatchIsFixed() {
        TensorSpec fixed = new TensorSpec("x", DataType.FLOAT32, Shape.of(8, 2, 3));

        for (int rows : new int[] {1, 8, 20}) {
            TensorBatch shaped = floats("x", Shape.of(rows, 2, 3));
            assertThat(signature(fixed).conform(shaped)).isEqualTo(shaped);
            assertThat(signature(fixed).conform(floats("x", Shape.of(rows, 6)))).isEqualTo(shaped);
        }
        assertThatThrownBy(() -> signature(fixed).conform(floats("x", Shape.of(0, 2, 3))))
                .isExactlyInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'classify': input 'x' expects [8, 2, 3] float32 but"
                                + " got [0, 2, 3] float32.");
        assertThatThrownBy(() -> signature(fixed).conform(floats("x", Shape.of(8, 3, 2))))
                .isExactlyInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void takesRowsWithoutElements() {
        TensorSpec empty = new TensorSpec("x", DataType.FLOAT32, Shape.of(-1, 0, 4));
        TensorBatch batch = floats("x", Shape.of(3, 0, 4));

        assertThat(signature(empty).conform(batch)).isEqualTo(batch);
        assertThat(signature(empty).conform(floats("x", Shape.of(3, 0)))).isEqualTo(batch);
    }

    @Test
    void knowsOfHowManyRowsTheAnswersAreOfOneShape() {
        assertThat(mostRowsOfOneShape(Shape.of(8, 3), Shape.of(8, 2))).isEmpty();
        assertThat(mostRowsOfOneShape(Shape.of(-1, 3), Shape.of(-1, -1))).isEmpty();
        assertThat(mostRowsOfOneShape(Shape.of(8, 3), Shape.of(8, -1, 2))).hasValue(8);
        assertThat(mostRowsOfOneShape(Shape.of(1, 3), Shape.ofUnknownRank())).hasValue(1);
    }

    private static OptionalInt mostRowsOfOneShape(Shape input, Shape output) {
        return new ModelSignature(
                        "detect",
                        List.of(new TensorSpec("x", DataType.FLOAT32, input)),
                        List.of(new TensorSpec("y", DataType.FLOAT32, output)))
                .mostRowsOfOneShape();
    }

    @Test
    void putsInputsIntoTheSignaturesOrder() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weight", Tensor.zeros(DataType.FLOAT32, Shape.of(1)));
        tensors.put("x", Tensor.zeros(DataType.FLOAT32, Shape.of(1, 28, 28)));

        assertThat(signature(IMAGE, WEIGHT).conform(TensorBatch.of(tensors)).names())
                .containsExactly("x", "weight");
    }

    @Test
    void refusesAnotherName() {
        assertThatThrownBy(() -> signature(IMAGE).conform(floats("y", Shape.of(2, 28, 28))))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessage("Cannot run signature 'classify': it takes inputs [x] but got [y].");
    }

    @Test
    void refusesFewerOrMoreInputs() {
        assertThatThrownBy(() -> signature(IMAGE, WEIGHT).conform(floats("x", Shape.of(2, 28, 28))))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'classify': it takes inputs [x, weight] but got"
                                + " [x].");
    }

    @Test
    void refusesAnUnnamedInputOfAModelWithSeveral() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(TensorRowWriter.ONLY_INPUT, Tensor.zeros(DataType.FLOAT32, Shape.of(1)));
        tensors.put("x", Tensor.zeros(DataType.FLOAT32, Shape.of(1, 28, 28)));

        assertThatThrownBy(() -> signature(IMAGE, WEIGHT).conform(TensorBatch.of(tensors)))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'classify': it takes inputs [x, weight] but got"
                                + " [, x].");
    }

    @Test
    void refusesAnotherElementType() {
        TensorBatch batch =
                TensorBatch.of("x", Tensor.zeros(DataType.FLOAT64, Shape.of(2, 28, 28)));

        assertThatThrownBy(() -> signature(IMAGE).conform(batch))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'classify': input 'x' expects [-1, 28, 28] float32"
                                + " but got [2, 28, 28] float64.");
    }

    @Test
    void refusesAnotherShapeAsTheRowsFault() {
        assertThatThrownBy(() -> signature(IMAGE).conform(floats("x", Shape.of(32, 780))))
                .isExactlyInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot run signature 'classify': input 'x' expects [-1, 28, 28] float32"
                                + " but got [32, 780] float32.");
        assertThatThrownBy(() -> signature(WEIGHT).conform(floats("weight", Shape.of(32, 2))))
                .isExactlyInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void doesNotShapeFlatRowsWhereAnAxisIsOpen() {
        TensorSpec open = new TensorSpec("x", DataType.FLOAT32, Shape.of(-1, -1, 28));

        assertThatThrownBy(() -> signature(open).conform(floats("x", Shape.of(2, 784))))
                .isExactlyInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void keepsTheMemoryOfARefusedBatchWithItsOwner() {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", pooled(Shape.of(1, 784), pool));
        tensors.put("weight", pooled(Shape.of(1, 3), pool));
        TensorBatch batch = TensorBatch.of(tensors);

        assertThatThrownBy(() -> signature(IMAGE, WEIGHT).conform(batch))
                .isInstanceOf(ShapeMismatchException.class);
        batch.close();

        assertThat(pool.idleBytes()).isEqualTo(4096 + 1024);
    }

    @Test
    void givesTheMemoryOfAConformingBatchToTheResult() {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        TensorBatch batch = TensorBatch.of("x", pooled(Shape.of(1, 784), pool));

        signature(IMAGE).conform(batch).close();

        assertThat(pool.idleBytes()).isEqualTo(4096);
    }

    @Test
    void makesBatchesOfZeros() {
        TensorBatch zeros = signature(IMAGE, WEIGHT).zeros(3);

        assertThat(zeros.tensor("x"))
                .isEqualTo(Tensor.zeros(DataType.FLOAT32, Shape.of(3, 28, 28)));
        assertThat(zeros.tensor("weight")).isEqualTo(Tensor.zeros(DataType.FLOAT32, Shape.of(3)));
    }

    @Test
    void knowsWhetherOnlyTheBatchAxisIsOpen() {
        assertThat(signature(IMAGE, WEIGHT).isOpenInBatchAxisAlone()).isTrue();
        assertThat(openInBatchAxisAlone(Shape.of(-1, -1))).isFalse();
        assertThat(openInBatchAxisAlone(Shape.scalar())).isFalse();
        assertThat(openInBatchAxisAlone(Shape.ofUnknownRank())).isFalse();
    }

    @Test
    void knowsAFixedBatchSize() {
        TensorSpec fixed = new TensorSpec("y", DataType.INT32, Shape.of(8, 2));

        assertThat(signature(IMAGE).fixedBatchSize()).isEmpty();
        assertThat(signature(IMAGE, fixed).fixedBatchSize()).hasValue(8);
    }

    private static boolean openInBatchAxisAlone(Shape shape) {
        return signature(new TensorSpec("x", DataType.INT32, shape)).isOpenInBatchAxisAlone();
    }

    private static ModelSignature signature(TensorSpec... inputs) {
        return new ModelSignature("classify", List.of(inputs), List.of());
    }

    private static TensorBatch floats(String name, Shape shape) {
        return TensorBatch.of(name, Tensor.zeros(DataType.FLOAT32, shape));
    }

    private static Tensor pooled(Shape shape, DirectBufferPool pool) {
        Tensor zeros = Tensor.zeros(DataType.FLOAT32, shape);
        return Tensor.copyOf(zeros.dataType(), shape, zeros.data(), pool);
    }
}
