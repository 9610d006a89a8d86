package io.flinkgpu.inference.onnx;

import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Small models for tests. */
final class TestingOnnxModels {

    private static final Shape PAIRS = Shape.of(-1, 2);

    private TestingOnnxModels() {}

    /** {@code y = x}. */
    static OnnxGraph echo(DataType type, Shape shape) {
        return new OnnxGraph("echo")
                .input("x", type, shape)
                .node("Identity", List.of("x"), List.of("y"))
                .output("y", type, shape);
    }

    /** {@code sum = a + b, difference = a - b}, the inputs not in the order of their names. */
    static OnnxGraph sumAndDifference() {
        return new OnnxGraph("two")
                .input("b", DataType.FLOAT32, PAIRS)
                .input("a", DataType.FLOAT32, PAIRS)
                .node("Add", List.of("a", "b"), List.of("sum"))
                .node("Sub", List.of("a", "b"), List.of("difference"))
                .output("sum", DataType.FLOAT32, PAIRS)
                .output("difference", DataType.FLOAT32, PAIRS);
    }

    /** The sum over all rows of three, which is no row for each row. */
    static OnnxGraph totalOfRows() {
        return new OnnxGraph("total")
                .input("x", DataType.FLOAT32, Shape.of(-1, 3))
                .constant("rows", Tensor.ofLongs(Shape.of(1), 0))
                .node("ReduceSum", List.of("x", "rows"), List.of("total"), Map.of("keepdims", 0L))
                .output("total", DataType.FLOAT32, Shape.of(-1));
    }

    /** {@code y = number(text)}. */
    static OnnxGraph numbersOfTexts() {
        return new OnnxGraph("numbers")
                .input("text", DataType.BYTES, Shape.of(-1))
                .node("Cast", List.of("text"), List.of("number"), Map.of("to", DataType.FLOAT32))
                .output("number", DataType.FLOAT32, Shape.of(-1));
    }

    /** {@code y = weights[index]}, for indices 0 to 2. */
    static OnnxGraph lookup() {
        return new OnnxGraph("lookup")
                .input("index", DataType.INT64, Shape.of(-1))
                .constant("weights", Tensor.ofFloats(Shape.of(3), 10, 20, 30))
                .node("Gather", List.of("weights", "index"), List.of("y"))
                .output("y", DataType.FLOAT32, Shape.of(-1));
    }
}
