package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestIdTest {

    private static final ServedModel MODEL = new ServedModel("m", "1");

    @Test
    void staysTheSameFromVersionToVersion() {
        RequestId id = RequestId.of(MODEL, batch("x", Tensor.ofInts(Shape.of(2), 1, 2)));

        assertThat(id.text()).isEqualTo("3d3b9efb101003b9487d0d73bdddca83");
        assertThat(id.key()).isEqualTo(-5115227086635779267L);
    }

    @Test
    void equalBatchesHaveOneIdWhereverTheyLie() {
        Tensor heap = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        Tensor direct =
                Tensor.copyOf(
                        heap.dataType(), heap.shape(), heap.data(), DirectBufferPool.ofProcess());

        assertThat(RequestId.of(MODEL, batch("x", direct)))
                .isEqualTo(RequestId.of(MODEL, batch("x", heap)));
        direct.close();
    }

    @Test
    void theOrderOfTensorsDoesNotMatter() {
        Tensor x = Tensor.ofInts(Shape.of(1), 1);
        Tensor y = Tensor.ofInts(Shape.of(1), 2);

        assertThat(RequestId.of(MODEL, batch("x", x, "y", y)))
                .isEqualTo(RequestId.of(MODEL, batch("y", y, "x", x)));
    }

    @Test
    void everyPartMatters() {
        Tensor tensor = Tensor.ofInts(Shape.of(2), 1, 2);
        List<RequestId> ids =
                Stream.of(
                                RequestId.of(MODEL, batch("x", tensor)),
                                RequestId.of(new ServedModel("m2", "1"), batch("x", tensor)),
                                RequestId.of(new ServedModel("m", "2"), batch("x", tensor)),
                                RequestId.of(new ServedModel("m1", ""), batch("x", tensor)),
                                RequestId.of(MODEL, batch("y", tensor)),
                                RequestId.of(
                                        MODEL, batch("x", Tensor.ofInts(Shape.of(2, 1), 1, 2))),
                                RequestId.of(MODEL, batch("x", Tensor.ofInts(Shape.of(2), 2, 1))),
                                RequestId.of(
                                        MODEL,
                                        batch(
                                                "x",
                                                Tensor.wrap(
                                                        DataType.UINT32,
                                                        Shape.of(2),
                                                        tensor.data()))),
                                RequestId.of(MODEL, batch("x", tensor, "y", tensor)))
                        .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.stream().map(RequestId::key)).doesNotHaveDuplicates();
        assertThat(ids).allSatisfy(id -> assertThat(id.text()).matches("[0-9a-f]{32}"));
    }

    @Test
    void keysSpreadOverReplicas() {
        int[] hits = new int[8];

        IntStream.range(0, 8_000)
                .mapToObj(i -> RequestId.of(MODEL, batch("x", Tensor.ofInts(Shape.of(1), i))))
                .forEach(id -> hits[(int) Long.remainderUnsigned(id.key(), hits.length)]++);

        assertThat(hits).satisfies(all -> assertThat(all).doesNotContain(0));
        assertThat(IntStream.of(hits).max().orElseThrow()).isLessThan(1_200);
    }

    @Test
    void isDeterministicAndTellsBatchesApartWhenQuick() {
        TensorBatch one = batch("x", Tensor.ofInts(Shape.of(2), 1, 2));
        TensorBatch same = batch("x", Tensor.ofInts(Shape.of(2), 1, 2));
        TensorBatch other = batch("x", Tensor.ofInts(Shape.of(2), 2, 1));

        assertThat(RequestId.quick(MODEL, one))
                .isEqualTo(RequestId.quick(MODEL, same))
                .isNotEqualTo(RequestId.quick(MODEL, other))
                .isNotEqualTo(RequestId.quick(new ServedModel("m2", "1"), one));
    }

    private static TensorBatch batch(String name, Tensor tensor) {
        return TensorBatch.of(name, tensor);
    }

    private static TensorBatch batch(String one, Tensor first, String two, Tensor second) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(one, first);
        tensors.put(two, second);
        return TensorBatch.of(tensors);
    }
}
