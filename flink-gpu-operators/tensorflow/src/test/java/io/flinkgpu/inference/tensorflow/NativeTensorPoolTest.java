package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.family.TType;

class NativeTensorPoolTest {

    private static final int KIBIBYTE = 1 << 10;

    private final NativeTensorPool pool = new NativeTensorPool(100 * KIBIBYTE);

    @Test
    void givesOutWhatCameBack() {
        TType first = borrowAndReturn(32);

        assertThat(pool.idleBytes()).isEqualTo(32 * KIBIBYTE);
        assertThat(pool.acquire(DataType.FLOAT32, kibibytes(32)).tensor()).isSameAs(first);
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void tellsTypesAndShapesApart() {
        TType first = borrowAndReturn(32);

        assertThat(pool.acquire(DataType.INT32, kibibytes(32)).tensor()).isNotSameAs(first);
        assertThat(pool.acquire(DataType.FLOAT32, kibibytes(33)).tensor()).isNotSameAs(first);
    }

    @Test
    void closesTheShapesThatWereNotUsedForLongest() {
        TType first = borrowAndReturn(30);
        TType second = borrowAndReturn(31);
        borrowAndReturn(32);
        borrowAndReturn(30);

        borrowAndReturn(35);

        assertThat(pool.idleBytes()).isEqualTo((32 + 30 + 35) * KIBIBYTE);
        assertThat(pool.acquire(DataType.FLOAT32, kibibytes(30)).tensor()).isSameAs(first);
        assertThatThrownBy(second::numBytes)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close() was called");
    }

    @Test
    void keepsNothingThatIsLargerThanAllItMayKeep() {
        borrowAndReturn(30);
        borrowAndReturn(101);

        assertThat(pool.idleBytes()).isEqualTo(30 * KIBIBYTE);
    }

    @Test
    void tinyTensorsCountMoreThanTheyHold() {
        for (int floats = 1; floats <= 20; floats++) {
            pool.giveBack(pool.acquire(DataType.FLOAT32, Shape.of(floats)));
        }

        assertThat(pool.idleBytes()).isEqualTo(6 * 16 * KIBIBYTE);
    }

    private TType borrowAndReturn(int kibibytes) {
        NativeTensorPool.Pooled tensor = pool.acquire(DataType.FLOAT32, kibibytes(kibibytes));
        pool.giveBack(tensor);
        return tensor.tensor();
    }

    private static Shape kibibytes(int count) {
        return Shape.of(count * KIBIBYTE / Float.BYTES);
    }
}
