package io.flinkgpu.inference.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {

    @TempDir private Path directory;

    @Test
    void equalCallsGiveEqualBytes() throws Exception {
        Path one = double3().write(directory.resolve("one.onnx"));
        Path other = double3().write(directory.resolve("other.onnx"));

        assertThat(one).hasSameBinaryContentAs(other);
    }

    @Test
    void refusesAnAttributeOfAnotherType() {
        OnnxGraph graph = new OnnxGraph("odd");

        assertThatThrownBy(() -> graph.node("Add", List.of("x"), List.of("y"), Map.of("axis", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid attribute 'axis': 1. It must be a Long, a Float, a String, a long[] or a DataType.");
    }

    private static OnnxGraph double3() {
        return new OnnxGraph("double")
                .property("b", "2")
                .property("a", "1")
                .input("x", DataType.FLOAT32, Shape.of(-1, 3))
                .node("Add", List.of("x", "x"), List.of("y"))
                .output("y", DataType.FLOAT32, Shape.of(-1, 3));
    }
}
