package io.flinkgpu.deploy.digits;

import io.flinkgpu.inference.onnx.graph.OnnxGraph;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes the {@link DigitsNetwork} with trained weights as an ONNX file.
 *
 * <p>Inputs and outputs are those of {@link DigitsModel}. ONNX puts the channel in front of height
 * and width, in images and in kernels; the rows that enter the dense layers are turned back, whose
 * weights so stay as they are.
 */
final class DigitsOnnx {

    private static final long SIDE = DigitImages.SIDE;

    private final OnnxGraph graph = new OnnxGraph("digits");
    private final Map<String, Tensor> weights;

    private DigitsOnnx(Map<String, Tensor> weights) {
        this.weights = weights;
    }

    /**
     * Writes the file, over one that is there.
     *
     * @param weights by the names of the network's variables
     */
    static void write(Map<String, Tensor> weights, Path file) throws IOException {
        new DigitsOnnx(weights).network().write(file);
    }

    private OnnxGraph network() {
        graph.description("Reads a photographed digit.")
                .property("classes", "0,1,2,3,4,5,6,7,8,9")
                .input("image", DataType.FLOAT32, Shape.of(-1, SIDE, SIDE, 1));
        standardise("image", "standardised");
        node("Transpose", "standardised", "channels", Map.of("perm", axes(0, 3, 1, 2)));
        convolution("conv1", "channels");
        convolution("conv2", "conv1");
        convolution("conv3", "conv2");
        node("Transpose", "conv3", "pixels", Map.of("perm", axes(0, 2, 3, 1)));
        node("Flatten", "pixels", "flat", Map.of("axis", 1L));
        dense("dense1", "flat", "hidden");
        node("Relu", "hidden", "active", Map.of());
        dense("dense2", "active", "logits");
        node("Softmax", "logits", "probabilities", Map.of("axis", 1L));
        node("ArgMax", "probabilities", "label", Map.of("axis", 1L, "keepdims", 0L));
        return graph.output("probabilities", DataType.FLOAT32, Shape.of(-1, DigitsDataSet.LABELS))
                .output("label", DataType.INT64, Shape.of(-1));
    }

    /** Mean 0 and variance 1 over the pixels of each image. */
    private void standardise(String from, String to) {
        Map<String, ?> ofPixels = Map.of("axes", axes(1, 2), "keepdims", 1L);
        graph.constant(
                "variance_floor", Tensor.ofFloats(Shape.of(1), DigitsNetwork.VARIANCE_FLOOR));
        node("ReduceMean", from, "mean", ofPixels);
        graph.node("Sub", List.of(from, "mean"), List.of("centred"))
                .node("Mul", List.of("centred", "centred"), List.of("squared"));
        node("ReduceMean", "squared", "variance", ofPixels);
        graph.node("Add", List.of("variance", "variance_floor"), List.of("raised"));
        node("Sqrt", "raised", "deviation", Map.of());
        graph.node("Div", List.of("centred", "deviation"), List.of(to));
    }

    /** The output has the name of the layer. */
    private void convolution(String layer, String from) {
        graph.constant(layer + "_kernel", channelsInFront(weights.get(layer + "_kernel")))
                .constant(layer + "_bias", weights.get(layer + "_bias"))
                .node(
                        "Conv",
                        List.of(from, layer + "_kernel", layer + "_bias"),
                        List.of(layer + "_convolved"),
                        Map.of("pads", axes(1, 1, 1, 1)));
        node("Relu", layer + "_convolved", layer + "_active", Map.of());
        node(
                "MaxPool",
                layer + "_active",
                layer,
                Map.of("kernel_shape", axes(2, 2), "strides", axes(2, 2)));
    }

    private void dense(String layer, String from, String to) {
        graph.constant(layer + "_kernel", weights.get(layer + "_kernel"))
                .constant(layer + "_bias", weights.get(layer + "_bias"))
                .node("Gemm", List.of(from, layer + "_kernel", layer + "_bias"), List.of(to));
    }

    private void node(String operator, String from, String to, Map<String, ?> attributes) {
        graph.node(operator, List.of(from), List.of(to), attributes);
    }

    /** {@code [height, width, in, out]} as {@code [out, in, height, width]}. */
    private static Tensor channelsInFront(Tensor kernel) {
        long[] lengths = kernel.shape().toArray();
        int area = (int) (lengths[0] * lengths[1]);
        int in = (int) lengths[2];
        int out = (int) lengths[3];
        float[] values = kernel.toFloats();
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int place = i / (in * out);
            int channelIn = i / out % in;
            int channelOut = i % out;
            turned[(channelOut * in + channelIn) * area + place] = values[i];
        }
        return Tensor.ofFloats(Shape.of(out, in, lengths[0], lengths[1]), turned);
    }

    private static long[] axes(long... numbers) {
        return numbers;
    }
}
