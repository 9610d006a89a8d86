package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.OutputShapeException;
import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedOnnxModelTest {

    private final DirectBufferPool pool = DirectBufferPool.ofProcess();

    @TempDir private Path directory;
    private LoadedModel model;
    private long borrowedBefore;

    @BeforeEach
    void count() {
        borrowedBefore = pool.borrowedBytes();
    }

    @AfterEach
    void unload() {
        model.close();
        assertThat(pool.borrowedBytes()).isEqualTo(borrowedBefore);
    }

    @Test
    void readsAPartWhereItLiesAndWritesAnswersOfKnownShapeIntoThePool() throws Exception {
        model = load(TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 1000)));
        try (TensorBatch part = pooled(Shape.of(2, 1000))) {
            long borrowedWithPart = pool.borrowedBytes();

            try (TensorBatch answers = model.run(List.of(part))) {
                // One more buffer, for the answers: nothing was gathered.
                assertThat(pool.borrowedBytes()).isEqualTo(2 * borrowedWithPart - borrowedBefore);
                assertThat(answers.tensor("y").data().isDirect()).isTrue();
            }
        }
    }

    @Test
    void gathersWhatLiesWhereNoElementMayLie() throws Exception {
        model = load(TestingOnnxModels.echo(DataType.FLOAT32, Shape.of(-1, 2)));
        ByteBuffer odd =
                ByteBuffer.allocateDirect(11).position(3).slice().order(ByteOrder.LITTLE_ENDIAN);
        odd.putFloat(0, 7).putFloat(4, 8);
        TensorBatch batch = TensorBatch.of("x", Tensor.wrap(DataType.FLOAT32, Shape.of(1, 2), odd));

        try (TensorBatch answers = model.run(List.of(batch))) {
            assertThat(answers.tensor("y").toFloats()).containsExactly(7, 8);
        }
    }

    @Test
    void copiesAnswersWhoseShapeIsNotWhatTheFileDeclares() throws Exception {
        // Declared as [batch, 2], and [batch, 4] in truth, which no shape inference sees.
        model =
                load(
                        new OnnxGraph("twice")
                                .input("x", DataType.FLOAT32, Shape.of(-1, 2))
                                .input("repeats", DataType.INT64, Shape.of(-1))
                                .node("Tile", List.of("x", "repeats"), List.of("y"))
                                .output("y", DataType.FLOAT32, Shape.of(-1, 2)));
        for (int run = 0; run < 2; run++) {
            TensorBatch batch =
                    TensorBatch.of(
                            Map.of(
                                    "x", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4),
                                    "repeats", Tensor.ofLongs(Shape.of(2), 1, 2)));

            try (TensorBatch answers = model.run(List.of(batch))) {
                assertThat(answers.tensor("y").shape()).isEqualTo(Shape.of(2, 4));
                assertThat(answers.tensor("y").toFloats()).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
            }
        }
    }

    @Test
    void refusesAnOutputWithoutARowForEachRow() throws Exception {
        model =
                load(
                        new OnnxGraph("thrice")
                                .input("x", DataType.FLOAT32, Shape.of(-1))
                                .constant("repeats", Tensor.ofLongs(Shape.of(1), 3))
                                .node("Tile", List.of("x", "repeats"), List.of("y"))
                                .output("y", DataType.FLOAT32, Shape.of(-1)));

        assertThatThrownBy(
                        () ->
                                model.run(
                                        List.of(
                                                TensorBatch.of(
                                                        "x", Tensor.ofFloats(Shape.of(2), 1, 2)))))
                .isInstanceOf(OutputShapeException.class)
                .hasMessageContaining("output 'y' has shape [6] for a batch of 2 rows.");
    }

    @Test
    void aFailedRunNamesTheModelAndItsClassAndLeavesItUsable() throws Exception {
        model = load(TestingOnnxModels.lookup());

        assertThatThrownBy(() -> model.run(List.of(indices(0, 7))))
                .isInstanceOf(ModelRunException.class)
                .hasMessageStartingWith(
                        "Cannot run model onnx:%s#serving_default on cpu: "
                                .formatted(directory.resolve("m.onnx")))
                .hasMessageContaining("idx=7")
                .satisfies(
                        failure ->
                                assertThat(((ModelRunException) failure).errorClass())
                                        .isEqualTo(ErrorClass.DATA));
        try (TensorBatch answers = model.run(List.of(indices(0, 2)))) {
            assertThat(answers.tensor("y").toFloats()).containsExactly(10, 30);
        }
    }

    @Test
    void anAllocationThatFailsIsOfMemory() throws Exception {
        model =
                load(
                        new OnnxGraph("huge")
                                .input("shape", DataType.INT64, Shape.of(-1))
                                .node("ConstantOfShape", List.of("shape"), List.of("y"))
                                .output("y", DataType.FLOAT32, Shape.ofUnknownRank()));
        TensorBatch shape =
                TensorBatch.of("shape", Tensor.ofLongs(Shape.of(3), 1L << 20, 1L << 20, 1L << 5));

        assertThatThrownBy(() -> model.run(List.of(shape)))
                .isInstanceOf(ModelRunException.class)
                .satisfies(
                        failure ->
                                assertThat(((ModelRunException) failure).errorClass())
                                        .isEqualTo(ErrorClass.OUT_OF_MEMORY));
    }

    @Test
    void doesNotRepeatAStringThatItCannotHandOver() throws Exception {
        model = load(TestingOnnxModels.echo(DataType.BYTES, Shape.of(-1)));
        TensorBatch batch =
                TensorBatch.of("x", Tensor.ofStrings(Shape.of(2), "fine", "secret \uD83D\uDE00"));

        assertThatThrownBy(() -> model.run(List.of(batch)))
                .isInstanceOf(ModelRunException.class)
                .hasMessageContaining("element 1 of input 'x'")
                .hasMessageNotContaining("secret");
    }

    private TensorBatch pooled(Shape shape) {
        return TensorBatch.of(
                "x",
                Tensor.concatenate(
                        List.of(Tensor.zeros(DataType.FLOAT32, shape)),
                        DirectBufferPool.ofProcess()));
    }

    private static TensorBatch indices(long... values) {
        return TensorBatch.of("index", Tensor.ofLongs(Shape.of(values.length), values));
    }

    private LoadedModel load(OnnxGraph graph) throws Exception {
        Path file = graph.write(directory.resolve("m.onnx"));
        return new OnnxRuntime().load(ModelRef.onnx(file.toString()), ModelDevice.cpu());
    }
}
