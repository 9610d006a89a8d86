/**
 * Writes ONNX files.
 *
 * <p>An {@link io.flinkgpu.inference.onnx.graph.OnnxGraph} is put together from Java and written as
 * a file that any ONNX runtime reads: for models that were trained in Java, and for tests.
 *
 * <pre>{@code
 * new OnnxGraph("double")
 *         .input("x", DataType.FLOAT32, Shape.of(-1, 3))
 *         .node("Add", List.of("x", "x"), List.of("y"))
 *         .output("y", DataType.FLOAT32, Shape.of(-1, 3))
 *         .write(Path.of("double.onnx"));
 * }</pre>
 *
 * <p>May import the tensor package and protobuf; knows no runtime.
 */
package io.flinkgpu.inference.onnx.graph;
