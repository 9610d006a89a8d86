package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorRowTest {

    @Test
    void readsEachRowOfEachType() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("floats", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4));
        tensors.put("doubles", Tensor.ofDoubles(Shape.of(2), 1, 2));
        tensors.put("ints", Tensor.ofInts(Shape.of(2, 1), 1, 2));
        tensors.put("longs", Tensor.ofLongs(Shape.of(2), 1, 2));
        tensors.put(
                "pixels", Tensor.ofUint8(Shape.of(2, 2), (byte) 1, (byte) 2, (byte) 3, (byte) 4));
        tensors.put("flags", Tensor.ofBooleans(Shape.of(2), true, false));
        tensors.put("texts", Tensor.ofStrings(Shape.of(2, 2), "a", "bb", "", "ä"));
        TensorRow row = new TensorRow(TensorBatch.of(tensors)).moveTo(1);

        assertThat(row.floats("floats")).containsExactly(3, 4);
        assertThat(row.doubles("doubles")).containsExactly(2);
        assertThat(row.ints("ints")).containsExactly(2);
        assertThat(row.longs("longs")).containsExactly(2);
        assertThat(row.uint8s("pixels")).containsExactly(3, 4);
        assertThat(row.booleans("flags")).containsExactly(false);
        assertThat(row.strings("texts")).containsExactly("", "ä");
        assertThat(row.bytes("texts"))
                .isDeepEqualTo(new byte[][] {{}, "ä".getBytes(StandardCharsets.UTF_8)});
        assertThat(row.shape("floats")).isEqualTo(Shape.of(2));
        assertThat(row.batchSize()).isEqualTo(2);
        assertThat(row.moveTo(0).strings("texts")).containsExactly("a", "bb");
    }

    @Test
    void readsTheOnlyOutputWithoutItsName() {
        assertThat(row(Tensor.ofFloats(Shape.of(2), 1, 2)).floats()).containsExactly(2);
        assertThat(row(Tensor.ofDoubles(Shape.of(2), 1, 2)).doubles()).containsExactly(2);
        assertThat(row(Tensor.ofInts(Shape.of(2), 1, 2)).ints()).containsExactly(2);
        assertThat(row(Tensor.ofLongs(Shape.of(2), 1, 2)).longs()).containsExactly(2);
        assertThat(row(Tensor.ofStrings(Shape.of(2), "1", "2")).strings()).containsExactly("2");
    }

    @Test
    void refusesAnotherTypeOrName() {
        TensorRow row = row(Tensor.ofFloats(Shape.of(2), 1, 2));

        assertThatThrownBy(row::ints)
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Cannot read tensor as int32: it is float32.");
        assertThatThrownBy(() -> row.floats("label"))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid tensor name: 'label'. The batch has [y].");
    }

    private static TensorRow row(Tensor tensor) {
        return new TensorRow(TensorBatch.of("y", tensor)).moveTo(1);
    }
}
