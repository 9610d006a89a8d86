package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

class InputTensorsTest {

    private static final TensorSpec FLOATS = new TensorSpec("x", DataType.FLOAT32, Shape.of(-1));

    private final NativeTensorPool pool = new NativeTensorPool(1 << 20);
    private final InputTensors inputs = new InputTensors(pool);

    @AfterEach
    void close() {
        inputs.close();
    }

    @Test
    void joinsThePartsInOneTensor() {
        TFloat32 joined = (TFloat32) inputs.fill(FLOATS, List.of(floats(1, 2), floats(3)));

        assertThat(joined.shape().asArray()).containsExactly(3);
        assertThat(joined.getFloat(0)).isEqualTo(1);
        assertThat(joined.getFloat(1)).isEqualTo(2);
        assertThat(joined.getFloat(2)).isEqualTo(3);
    }

    @Test
    void reusesTheTensorOfAShapeAfterTheRun() {
        org.tensorflow.Tensor first = inputs.fill(FLOATS, List.of(floats(1, 2)));
        inputs.close();
        inputs.fill(FLOATS, List.of(floats(9)));
        inputs.close();
        org.tensorflow.Tensor again = inputs.fill(FLOATS, List.of(floats(3, 4)));

        assertThat(again).isSameAs(first);
        assertThat(((TFloat32) again).getFloat(1)).isEqualTo(4);
    }

    @Test
    void runsAtTheSameTimeHaveTensorsOfTheirOwn() {
        try (InputTensors other = new InputTensors(pool)) {
            org.tensorflow.Tensor one = inputs.fill(FLOATS, List.of(floats(1, 2)));

            assertThat(other.fill(FLOATS, List.of(floats(3, 4)))).isNotSameAs(one);
            assertThat(((TFloat32) one).getFloat(1)).isEqualTo(2);
        }
    }

    @Test
    void keepsInputsApart() {
        TensorSpec other = new TensorSpec("y", DataType.FLOAT32, Shape.of(-1));
        TensorBatch batch = TensorBatch.of("y", Tensor.ofFloats(Shape.of(1), 2));

        org.tensorflow.Tensor x = inputs.fill(FLOATS, List.of(floats(1)));
        org.tensorflow.Tensor y = inputs.fill(other, List.of(batch));

        assertThat(y).isNotSameAs(x);
        assertThat(((TFloat32) x).getFloat(0)).isEqualTo(1);
    }

    @Test
    void makesStringTensorsAnew() {
        TensorSpec strings = new TensorSpec("x", DataType.BYTES, Shape.of(-1));
        TensorBatch batch = TensorBatch.of("x", Tensor.ofStrings(Shape.of(2), "a", "bc"));

        try (TString tensor = (TString) inputs.fill(strings, List.of(batch, batch))) {
            assertThat(InputTensors.isFresh(strings)).isTrue();
            assertThat(InputTensors.isFresh(FLOATS)).isFalse();
            assertThat(tensor.shape().asArray()).containsExactly(4);
            assertThat(tensor.getObject(3)).isEqualTo("bc");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {
                "BOOL",
                "UINT8",
                "UINT16",
                "INT32",
                "INT64",
                "FLOAT16",
                "BFLOAT16",
                "FLOAT32",
                "FLOAT64"
            })
    void copiesEveryTypeThereAndBack(DataType type) {
        TensorSpec spec = new TensorSpec("x", type, Shape.of(-1, 2));
        byte[] content = new byte[4 * type.byteSize()];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i % 2);
        }
        Tensor tensor = Tensor.wrap(type, Shape.of(2, 2), ByteBuffer.wrap(content));

        Tensor copy =
                NativeTensors.copyOf(type, inputs.fill(spec, List.of(TensorBatch.of("x", tensor))));

        assertThat(copy).isEqualTo(tensor);
    }

    private static TensorBatch floats(float... values) {
        return TensorBatch.of("x", Tensor.ofFloats(Shape.of(values.length), values));
    }
}
