package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @Test
    void readsWhatWasWritten() {
        Shape shape = Shape.of(3);

        assertThat(Tensor.ofFloats(shape, 1f, Float.NaN, -0f).toFloats())
                .containsExactly(1f, Float.NaN, -0f);
        assertThat(Tensor.ofDoubles(shape, 1, Double.MAX_VALUE, -2.5).toDoubles())
                .containsExactly(1, Double.MAX_VALUE, -2.5);
        assertThat(Tensor.ofInts(shape, 1, Integer.MIN_VALUE, 3).toInts())
                .containsExactly(1, Integer.MIN_VALUE, 3);
        assertThat(Tensor.ofLongs(shape, 1, Long.MIN_VALUE, 3).toLongs())
                .containsExactly(1, Long.MIN_VALUE, 3);
        assertThat(Tensor.ofUint8(shape, (byte) 1, (byte) -1, (byte) 3).uint8s(0, 3))
                .containsExactly(1, -1, 3);
        assertThat(Tensor.ofBooleans(shape, true, false, true).booleans(0, 3))
                .containsExactly(true, false, true);
        assertThat(Tensor.ofStrings(shape, "", "ä", "日本").toStrings())
                .containsExactly("", "ä", "日本");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void zerosOfEveryTypeHaveTheirSize(DataType type) {
        Tensor zeros = Tensor.zeros(type, Shape.of(2, 3));

        int elementBytes = type.isFixedSize() ? type.byteSize() : Integer.BYTES;
        assertThat(zeros.byteSize()).isEqualTo(6 * elementBytes);
        assertThat(zeros.data()).isEqualTo(ByteBuffer.allocate(6 * elementBytes));
        assertThat(zeros.dataType()).isEqualTo(type);
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = "BYTES", mode = EnumSource.Mode.EXCLUDE)
    void refusesAByteTooManyOrTooFew(DataType type) {
        int expected = 2 * type.byteSize();

        for (int bytes : new int[] {expected - 1, expected + 1}) {
            ByteBuffer data = ByteBuffer.allocate(bytes);
            assertThatThrownBy(() -> Tensor.wrap(type, Shape.of(2), data))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage(
                            "Invalid tensor %s[2]: %d bytes. It takes %d."
                                    .formatted(type, bytes, expected));
        }
    }

    @Test
    void isLittleEndianWhateverTheBufferSays() {
        ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.BIG_ENDIAN);
        data.put(0, (byte) 1);

        Tensor tensor = Tensor.wrap(DataType.INT32, Shape.of(1), data);

        assertThat(tensor.toInts()).containsExactly(1);
        assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(tensor.data().getInt()).isEqualTo(1);
    }

    @Test
    void wrapsTheRemainingBytesAlone() {
        ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}).position(1).limit(3);

        Tensor tensor = Tensor.wrap(DataType.UINT8, Shape.of(2), data);

        assertThat(tensor.uint8s(0, 2)).containsExactly(1, 2);
        assertThat(data.position()).isEqualTo(1);
    }

    @Test
    void refusesToBeReadAsAnotherType() {
        Tensor tensor = Tensor.ofFloats(Shape.of(1), 1f);

        List<Consumer<Tensor>> reads =
                List.of(
                        Tensor::toDoubles,
                        Tensor::toInts,
                        Tensor::toLongs,
                        Tensor::toStrings,
                        read -> read.booleans(0, 1),
                        read -> read.uint8s(0, 1));
        for (Consumer<Tensor> read : reads) {
            assertThatThrownBy(() -> read.accept(tensor))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageMatching("Cannot read tensor as \\w+: it is float32\\.");
        }
    }

    @Test
    void showsItsDataReadOnly() {
        ByteBuffer data = Tensor.ofInts(Shape.of(1), 7).data();

        assertThatThrownBy(() -> data.putInt(0, 8)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void doesNotMoveWhenItsDataIsRead() {
        Tensor tensor = Tensor.ofInts(Shape.of(2), 7, 8);

        tensor.data().getInt();

        assertThat(tensor.data().remaining()).isEqualTo(8);
        assertThat(tensor.toInts()).containsExactly(7, 8);
    }

    @Test
    void failsEveryAccessAfterClose() {
        Tensor tensor = pooledInts(Shape.of(2), 1, 2);
        tensor.close();

        List<Consumer<Tensor>> accesses =
                List.of(
                        Tensor::toInts,
                        Tensor::data,
                        Tensor::byteSize,
                        closed -> closed.reshaped(Shape.of(1, 2)),
                        closed -> closed.rows(0, 1));
        for (Consumer<Tensor> access : accesses) {
            assertThatThrownBy(() -> access.accept(tensor))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Cannot read tensor int32[2]: it is closed.");
        }
    }

    @Test
    void givesItsMemoryBackOnce() {
        Tensor tensor = pooledInts(Shape.of(2), 1, 2);

        tensor.close();
        tensor.close();

        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void givesPooledMemoryBackIfTheContentDoesNotFit() {
        ByteBuffer content = ByteBuffer.allocate(7);

        assertThatThrownBy(() -> Tensor.copyOf(DataType.INT32, Shape.of(2), content, pool))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid tensor int32[2]: 7 bytes. It takes 8.");
        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void slicesOfPooledMemoryOutliveTheWhole() {
        Tensor whole = pooledInts(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);

        Tensor first = whole.rows(0, 1);
        Tensor rest = whole.rows(1, 3);
        whole.close();

        assertThat(first.toInts()).containsExactly(1, 2);
        assertThat(rest.toInts()).containsExactly(3, 4, 5, 6);
        assertThat(rest.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(pool.idleBytes()).isZero();
        first.close();
        assertThat(pool.idleBytes()).isZero();
        rest.close();
        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void slicesStrings() {
        Tensor whole = Tensor.ofStrings(Shape.of(3, 2), "a", "", "ccc", "dd", "é", "f");

        assertThat(whole.rows(1, 2).toStrings()).containsExactly("ccc", "dd");
        assertThat(whole.rows(2, 3).toStrings()).containsExactly("é", "f");
        assertThat(whole.rows(3, 3).toStrings()).isEmpty();
        assertThat(whole.strings(3, 2)).containsExactly("dd", "é");
    }

    @Test
    void sharesItsMemoryWhenReshaped() {
        Tensor flat = pooledInts(Shape.of(6), 1, 2, 3, 4, 5, 6);

        Tensor shaped = flat.reshaped(Shape.of(2, 3));

        assertThat(shaped.rows(1, 2).toInts()).containsExactly(4, 5, 6);
        assertThatThrownBy(() -> flat.reshaped(Shape.of(4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid tensor int32[4]: 24 bytes. It takes 16.");
    }

    @Test
    void closingTheReshapedTensorFreesTheMemory() {
        Tensor flat = pooledInts(Shape.of(6), 1, 2, 3, 4, 5, 6);

        flat.reshaped(Shape.of(2, 3)).close();

        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void concatenatesRows() {
        Tensor joined =
                Tensor.concatenate(
                        List.of(
                                Tensor.ofInts(Shape.of(1, 2), 1, 2),
                                Tensor.ofInts(Shape.of(0, 2)),
                                Tensor.ofInts(Shape.of(2, 2), 3, 4, 5, 6)),
                        pool);

        assertThat(joined).isEqualTo(Tensor.ofInts(Shape.of(3, 2), 1, 2, 3, 4, 5, 6));
    }

    @Test
    void concatenatesStrings() {
        Tensor joined =
                Tensor.concatenate(
                        List.of(
                                Tensor.ofStrings(Shape.of(1), "one"),
                                Tensor.ofStrings(Shape.of(2), "", "three")),
                        pool);

        assertThat(joined.toStrings()).containsExactly("one", "", "three");
    }

    @Test
    void refusesToConcatenateRowsOfAnotherShape() {
        List<Tensor> parts =
                List.of(
                        Tensor.ofInts(Shape.of(1, 2, 3), new int[6]),
                        Tensor.ofInts(Shape.of(1, 3, 2), new int[6]));

        assertThatThrownBy(() -> Tensor.concatenate(parts, pool))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Cannot concatenate tensors: int32[1, 3, 2] has other rows than"
                                + " int32[1, 2, 3].");
    }

    @Test
    void refusesStringsThatAreCutOff() {
        ByteBuffer data = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 3);

        assertThatThrownBy(() -> Tensor.wrap(DataType.BYTES, Shape.of(1), data))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid bytes tensor: element 0 of 1 is cut off at byte 4.");
    }

    @Test
    void refusesStringsOfNegativeLength() {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0, -4);

        assertThatThrownBy(() -> Tensor.wrap(DataType.BYTES, Shape.of(1), data))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid bytes tensor: element 0 of 1 is cut off at byte 4.");
    }

    @Test
    void refusesBytesBehindTheLastString() {
        ByteBuffer data = ByteBuffer.allocate(8);

        assertThatThrownBy(() -> Tensor.wrap(DataType.BYTES, Shape.of(1), data))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Invalid bytes tensor: 4 bytes remain after element 1 of 1. The shape must"
                                + " count every element.");
    }

    @Test
    void refusesMoreStringsThanTheBytesCanHoldBeforeTakingMemory() {
        ByteBuffer data = ByteBuffer.allocate(8);
        Shape shape = Shape.of(Integer.MAX_VALUE);

        assertThatThrownBy(() -> Tensor.wrap(DataType.BYTES, shape, data))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "Invalid bytes tensor: 8 bytes. 2147483647 elements take at least"
                                + " 8589934588.");
    }

    @Test
    void equalsByTypeShapeAndBytes() {
        Tensor tensor = Tensor.ofInts(Shape.of(2), 1, 2);

        assertThat(tensor)
                .isEqualTo(pooledInts(Shape.of(2), 1, 2))
                .hasSameHashCodeAs(pooledInts(Shape.of(2), 1, 2))
                .isNotEqualTo(Tensor.ofInts(Shape.of(2), 1, 3))
                .isNotEqualTo(Tensor.ofInts(Shape.of(1, 2), 1, 2))
                .isNotEqualTo(Tensor.wrap(DataType.UINT32, Shape.of(2), tensor.data()));
    }

    private Tensor pooledInts(Shape shape, int... values) {
        return Tensor.copyOf(DataType.INT32, shape, Tensor.ofInts(shape, values).data(), pool);
    }
}
