package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorBatchTest {

    private static final int ONE_BUFFER = 1024;

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @Test
    void hasTheRowsOfItsTensors() {
        TensorBatch batch = twoTensors();

        assertThat(batch.rows()).isEqualTo(3);
        assertThat(batch.names()).containsExactly("a", "b");
        assertThat(batch.byteSize()).isEqualTo(6 * 4 + 3 * 4);
    }

    @Test
    void refusesNoTensor() {
        assertThatThrownBy(() -> TensorBatch.of(Map.of()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid batch: no tensor. It needs at least one.");
    }

    @Test
    void refusesAScalar() {
        Tensor scalar = Tensor.ofInts(Shape.scalar(), 1);

        assertThatThrownBy(() -> TensorBatch.of("x", scalar))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid batch: tensor 'x' has shape []. It needs a batch axis.");
    }

    @Test
    void refusesUnequalRows() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", Tensor.ofInts(Shape.of(2), 1, 2));
        tensors.put("b", Tensor.ofInts(Shape.of(3), 1, 2, 3));

        assertThatThrownBy(() -> TensorBatch.of(tensors))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid batch: tensor 'b' has shape [3]. Its batch axis must be 2.");
    }

    @Test
    void findsTensorsByName() {
        TensorBatch batch = twoTensors();

        assertThat(batch.tensor("b").toInts()).containsExactly(10, 20, 30);
        assertThatThrownBy(() -> batch.tensor("c"))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid tensor name: 'c'. The batch has [a, b].");
        assertThatThrownBy(batch::onlyTensor)
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Cannot choose a tensor: the batch has [a, b]. Name the one to use.");
    }

    @Test
    void splitsIntoRows() {
        List<TensorBatch> parts = twoTensors().split(List.of(1, 0, 2));

        assertThat(parts).extracting(TensorBatch::rows).containsExactly(1, 0, 2);
        assertThat(parts.get(0).tensor("a").toInts()).containsExactly(1, 2);
        assertThat(parts.get(1).tensor("a").toInts()).isEmpty();
        assertThat(parts.get(2).tensor("a").toInts()).containsExactly(3, 4, 5, 6);
        assertThat(parts.get(2).tensor("b").toInts()).containsExactly(20, 30);
    }

    @Test
    void refusesToSplitIntoMoreOrFewerRowsThanItHas() {
        TensorBatch batch = twoTensors();

        for (List<Integer> counts : List.of(List.of(1, 1), List.of(2, 2), List.of(4, -1))) {
            assertThatThrownBy(() -> batch.split(counts))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Invalid row counts: %s. They must add up to the batch's 3 rows."
                                    .formatted(counts));
        }
        batch.close();
        assertThat(pool.idleBytes()).isEqualTo(2 * ONE_BUFFER);
    }

    @Test
    void refusesToSliceRowsItDoesNotHave() {
        TensorBatch batch = twoTensors();

        assertThatThrownBy(() -> batch.slice(2, 4))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("Invalid rows: [2, 4). The batch has 3.");
        assertThatThrownBy(() -> batch.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.slice(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void partsReturnTheMemoryWhenTheLastOfThemIsClosed() {
        TensorBatch batch = twoTensors();
        List<TensorBatch> parts = batch.split(List.of(1, 2));

        batch.close();
        batch.close();
        parts.get(0).close();
        assertThat(pool.idleBytes()).isZero();

        parts.get(1).close();
        assertThat(pool.idleBytes()).isEqualTo(2 * ONE_BUFFER);

        parts.forEach(TensorBatch::close);
        assertThat(pool.idleBytes()).isEqualTo(2 * ONE_BUFFER);
    }

    @Test
    void aPartOfAPartHoldsTheMemoryToo() {
        TensorBatch batch = twoTensors();
        TensorBatch part = batch.slice(1, 3);
        TensorBatch partOfPart = part.slice(1, 2);

        batch.close();
        part.close();

        assertThat(partOfPart.tensor("a").toInts()).containsExactly(5, 6);
        assertThat(pool.idleBytes()).isZero();
        partOfPart.close();
        assertThat(pool.idleBytes()).isEqualTo(2 * ONE_BUFFER);
    }

    @Test
    void comparesRowsByNameTypeAndShape() {
        TensorBatch batch = TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 2), 1, 2));

        assertThat(batch.hasSameRowsAs(ints("x", Shape.of(2, 2)))).isTrue();
        assertThat(batch.hasSameRowsAs(ints("y", Shape.of(2, 2)))).isFalse();
        assertThat(batch.hasSameRowsAs(ints("x", Shape.of(2, 1)))).isFalse();
        assertThat(batch.hasSameRowsAs(ints("x", Shape.of(2, 2, 1)))).isFalse();
        assertThat(
                        batch.hasSameRowsAs(
                                TensorBatch.of("x", Tensor.zeros(DataType.UINT32, Shape.of(2, 2)))))
                .isFalse();
    }

    @Test
    void equalsByContent() {
        assertThat(twoTensors()).isEqualTo(twoTensors()).hasSameHashCodeAs(twoTensors());
        assertThat(twoTensors()).isNotEqualTo(ints("a", Shape.of(3, 2)));
    }

    @Test
    void slicesPartsAsIfTheyWereOne() {
        TensorBatch first = TensorBatch.of("x", Tensor.ofInts(Shape.of(2), 1, 2));
        TensorBatch second = TensorBatch.of("x", Tensor.ofInts(Shape.of(3), 3, 4, 5));

        assertThat(TensorBatch.slice(List.of(first, second), 1, 4))
                .containsExactly(
                        TensorBatch.of("x", Tensor.ofInts(Shape.of(1), 2)),
                        TensorBatch.of("x", Tensor.ofInts(Shape.of(2), 3, 4)));
    }

    @Test
    void concatenatesTensorByTensor() {
        TensorBatch joined = TensorBatch.concatenate(List.of(twoTensors(), twoTensors()), pool);

        assertThat(joined.tensor("a"))
                .isEqualTo(Tensor.ofInts(Shape.of(6, 2), 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6));
        assertThat(joined.tensor("b"))
                .isEqualTo(Tensor.ofInts(Shape.of(6), 10, 20, 30, 10, 20, 30));
    }

    private static TensorBatch ints(String name, Shape shape) {
        return TensorBatch.of(name, Tensor.zeros(DataType.INT32, shape));
    }

    private TensorBatch twoTensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", pooled(Tensor.ofInts(Shape.of(3, 2), 1, 2, 3, 4, 5, 6)));
        tensors.put("b", pooled(Tensor.ofInts(Shape.of(3), 10, 20, 30)));
        return TensorBatch.of(tensors);
    }

    private Tensor pooled(Tensor tensor) {
        return Tensor.copyOf(tensor.dataType(), tensor.shape(), tensor.data(), pool);
    }
}
