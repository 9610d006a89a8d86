package io.flinkgpu.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;

/** Rows are numbers; a row of value n has n elements. */
class OpenBatchTest {

    private final BatchEncoder<Integer> encoder =
            new BatchEncoder<>(
                    (row, writer) -> writer.floats("x", new float[row]),
                    DirectBufferPool.ofProcess());

    @Test
    void isFullAtItsRows() throws Exception {
        OpenBatch<Integer> batch = batch(2, 1_000, null);

        assertThat(batch.tryAdd(3)).isTrue();
        assertThat(batch.isFull()).isFalse();
        assertThat(batch.tryAdd(3)).isTrue();

        assertThat(batch.isFull()).isTrue();
        batch.discard();
    }

    @Test
    void isFullAtItsBytes() throws Exception {
        OpenBatch<Integer> batch = batch(10, 2 * 3 * Float.BYTES, null);

        assertThat(batch.tryAdd(3)).isTrue();
        assertThat(batch.isFull()).isFalse();
        assertThat(batch.tryAdd(3)).isTrue();

        assertThat(batch.isFull()).isTrue();
        batch.discard();
    }

    @Test
    void refusesARowThatIsTooHeavyUnlessItIsEmpty() throws Exception {
        OpenBatch<Integer> batch = batch(10, 1_000, 5L);

        assertThat(batch.tryAdd(3)).isTrue();
        assertThat(batch.tryAdd(3)).isFalse();
        batch.discard();

        assertThat(batch.tryAdd(9)).isTrue();
        assertThat(batch.isFull()).isTrue();
        batch.discard();
    }

    @Test
    void refusesARowOfAnotherShape() throws Exception {
        OpenBatch<Integer> batch = batch(10, 1_000, null);

        assertThat(batch.tryAdd(3)).isTrue();
        assertThat(batch.tryAdd(4)).isFalse();

        assertThat(batch.rows()).containsExactly(3);
        batch.discard();
    }

    @Test
    void buildsItsRowsInOrderAndStartsTheNextBatch() throws Exception {
        OpenBatch<Integer> batch = batch(10, 1_000, null);
        batch.tryAdd(2);
        batch.tryAdd(2);
        List<Integer> rows = batch.rows();

        try (TensorBatch built = batch.build()) {
            assertThat(built.onlyTensor().shape()).isEqualTo(Shape.of(2, 2));
        }

        assertThat(rows).containsExactly(2, 2);
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    void encodesRowsOfOneShapeAgain() throws Exception {
        try (TensorBatch again = encoder.encodeAgain(List.of(3, 3))) {
            assertThat(again.onlyTensor().shape()).isEqualTo(Shape.of(2, 3));
        }

        assertThatThrownBy(() -> encoder.encodeAgain(List.of(3, 4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot encode row again: it has another shape than the rows it was sent with.");
    }

    @Test
    void isFullAtTheRowsOfTheMoment() throws Exception {
        AtomicInteger maxRows = new AtomicInteger(3);
        OpenBatch<Integer> batch =
                new OpenBatch<>(encoder, new OpenBatch.Limits<>(maxRows::get, 1_000, 0, null));
        batch.tryAdd(1);
        batch.tryAdd(1);
        assertThat(batch.isFull()).isFalse();

        maxRows.set(2);
        assertThat(batch.isFull()).isTrue();
        batch.discard();

        maxRows.set(1_000);
        batch.tryAdd(1);
        assertThat(batch.isFull()).isFalse();
        batch.discard();
    }

    private OpenBatch<Integer> batch(int maxRows, long maxBytes, @Nullable Long maxWeight) {
        return new OpenBatch<>(
                encoder,
                new OpenBatch.Limits<>(
                        () -> maxRows,
                        maxBytes,
                        maxWeight == null ? 0 : maxWeight,
                        maxWeight == null ? null : Integer::longValue));
    }
}
