package io.flinkgpu.table;

import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Small ONNX models for tests. */
final class SqlModels {

    private SqlModels() {}

    /** Input {@code x} of two floats; output {@code y}, twice as much. */
    static Path doubling(Path folder) throws IOException {
        Shape pair = Shape.of(Shape.UNKNOWN, 2);
        return new OnnxGraph("doubling")
                .input("x", DataType.FLOAT32, pair)
                .output("y", DataType.FLOAT32, pair)
                .node("Add", List.of("x", "x"), List.of("y"))
                .write(folder.resolve("doubling.onnx"));
    }

    /**
     * Inputs {@code x} (two floats), {@code n} (int64) and {@code flag} (bool); outputs {@code
     * doubled}, {@code squared} and {@code negated} of them.
     */
    static Path several(Path folder) throws IOException {
        Shape one = Shape.of(Shape.UNKNOWN);
        Shape pair = Shape.of(Shape.UNKNOWN, 2);
        return new OnnxGraph("several")
                .input("x", DataType.FLOAT32, pair)
                .input("n", DataType.INT64, one)
                .input("flag", DataType.BOOL, one)
                .output("doubled", DataType.FLOAT32, pair)
                .output("squared", DataType.INT64, one)
                .output("negated", DataType.BOOL, one)
                .node("Add", List.of("x", "x"), List.of("doubled"))
                .node("Mul", List.of("n", "n"), List.of("squared"))
                .node("Not", List.of("flag"), List.of("negated"))
                .write(folder.resolve("several.onnx"));
    }

    /** The committed model of digits. */
    static Path digits() {
        return Path.of("..", "..", "deploy", "cli", "src", "main", "dist", "examples", "digits")
                .resolve("digits.onnx")
                .toAbsolutePath()
                .normalize();
    }
}
