package io.flinkgpu.inference.onnx.graph;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/**
 * A model in the ONNX format, put together node by node.
 *
 * <p>Written as intermediate representation 8 with operator set 17 (onnx/onnx.proto; the numbers
 * below are its fields'). Nodes stand in the order in which they are added, each after those whose
 * outputs it takes. Nothing is checked here: a runtime does so when it loads the file. Equal calls
 * give equal bytes. One thread.
 */
@Internal
public final class OnnxGraph {

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;

    private final String name;
    private final List<ProtoMessage> nodes = new ArrayList<>();
    private final List<ProtoMessage> constants = new ArrayList<>();
    private final List<ProtoMessage> inputs = new ArrayList<>();
    private final List<ProtoMessage> outputs = new ArrayList<>();
    private final Map<String, String> properties = new TreeMap<>();
    private String producer = "flink-gpu";
    private String domain = "";
    private String description = "";
    private long version;

    /** An empty graph of that name. */
    public OnnxGraph(String name) {
        this.name = name;
    }

    /**
     * Adds an input.
     *
     * @param shape an open axis in front is named {@code batch}; other open axes have no name
     */
    public OnnxGraph input(String tensor, DataType type, Shape shape) {
        inputs.add(value(tensor, type, shape));
        return this;
    }

    /** Adds an output, which an input or a node has to give. */
    public OnnxGraph output(String tensor, DataType type, Shape shape) {
        outputs.add(value(tensor, type, shape));
        return this;
    }

    /** Adds an output that is a sequence of tensors. */
    public OnnxGraph sequenceOutput(String tensors, DataType type) {
        // TypeProto: tensor_type 1, sequence_type 4 (elem_type 1, a TypeProto)
        ProtoMessage element = new ProtoMessage().add(1, new ProtoMessage().add(1, code(type)));
        ProtoMessage sequence = new ProtoMessage().add(4, new ProtoMessage().add(1, element));
        outputs.add(new ProtoMessage().add(1, tensors).add(2, sequence));
        return this;
    }

    /** Adds a tensor that is part of the model, such as the weights of a layer. */
    public OnnxGraph constant(String tensor, Tensor content) {
        // TensorProto: dims 1, data_type 2, string_data 6, name 8, raw_data 9 (little-endian)
        ProtoMessage proto = new ProtoMessage();
        for (long length : content.shape().toArray()) {
            proto.add(1, length);
        }
        proto.add(2, code(content.dataType())).add(8, tensor);
        ByteBuffer data = content.data();
        if (content.dataType() != DataType.BYTES) {
            proto.add(9, ByteString.copyFrom(data));
        }
        while (data.hasRemaining()) {
            byte[] element = new byte[data.getInt()];
            data.get(element);
            proto.add(6, ByteString.copyFrom(element));
        }
        constants.add(proto);
        return this;
    }

    /** Adds a node without attributes. */
    public OnnxGraph node(String operator, List<String> from, List<String> to) {
        return node(operator, from, to, Map.of());
    }

    /**
     * Adds a node.
     *
     * @param operator such as {@code Conv}, of the standard operators
     * @param from the tensors that it takes
     * @param to the tensors that it gives
     * @param attributes each a {@link Long}, a {@link Float}, a {@link String}, a {@code long[]} or
     *     a {@link DataType}
     * @throws IllegalArgumentException if an attribute is none of these
     */
    public OnnxGraph node(
            String operator, List<String> from, List<String> to, Map<String, ?> attributes) {
        // NodeProto: input 1, output 2, name 3, op_type 4, attribute 5
        ProtoMessage node = new ProtoMessage();
        from.forEach(tensor -> node.add(1, tensor));
        to.forEach(tensor -> node.add(2, tensor));
        node.add(3, to.get(0)).add(4, operator);
        new TreeMap<>(attributes).forEach((key, value) -> node.add(5, attribute(key, value)));
        nodes.add(node);
        return this;
    }

    /** Sets who made the model. */
    public OnnxGraph producer(String maker, String domainName, long modelVersion) {
        producer = maker;
        domain = domainName;
        version = modelVersion;
        return this;
    }

    /** Sets what the model is for, for people. */
    public OnnxGraph description(String text) {
        description = text;
        return this;
    }

    /** Adds a property of the maker's own. */
    public OnnxGraph property(String key, String value) {
        properties.put(key, value);
        return this;
    }

    /** Writes the file, over one that is there. */
    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    private byte[] bytes() {
        // ModelProto: ir_version 1, producer_name 2, domain 4, model_version 5, doc_string 6, graph
        // 7,
        // opset_import 8 (version 2), metadata_props 14 (key 1, value 2)
        ProtoMessage model =
                new ProtoMessage()
                        .add(1, IR_VERSION)
                        .add(2, producer)
                        .add(4, domain)
                        .add(5, version)
                        .add(6, description)
                        .add(7, graph())
                        .add(8, new ProtoMessage().add(1, "").add(2, OPERATOR_SET));
        properties.forEach(
                (key, value) -> model.add(14, new ProtoMessage().add(1, key).add(2, value)));
        return model.bytes().toByteArray();
    }

    private ProtoMessage graph() {
        // GraphProto: node 1, name 2, initializer 5, input 11, output 12
        ProtoMessage graph = new ProtoMessage().add(2, name);
        nodes.forEach(node -> graph.add(1, node));
        constants.forEach(constant -> graph.add(5, constant));
        inputs.forEach(input -> graph.add(11, input));
        outputs.forEach(output -> graph.add(12, output));
        return graph;
    }

    private static ProtoMessage value(String tensor, DataType type, Shape shape) {
        // ValueInfoProto: name 1, type 2; TypeProto: tensor_type 1; TypeProto.Tensor: elem_type 1,
        // shape 2; TensorShapeProto: dim 1 (dim_value 1, dim_param 2). Without a shape any will do.
        ProtoMessage tensorType = new ProtoMessage().add(1, code(type));
        if (shape.isRankKnown()) {
            ProtoMessage axes = new ProtoMessage();
            for (int axis = 0; axis < shape.rank(); axis++) {
                axes.add(1, axis(shape.length(axis), axis == 0));
            }
            tensorType.add(2, axes);
        }
        return new ProtoMessage().add(1, tensor).add(2, new ProtoMessage().add(1, tensorType));
    }

    private static ProtoMessage axis(long length, boolean inFront) {
        ProtoMessage axis = new ProtoMessage();
        if (length != Shape.UNKNOWN) {
            return axis.add(1, length);
        }
        return inFront ? axis.add(2, "batch") : axis;
    }

    private static ProtoMessage attribute(String key, Object value) {
        // AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20
        ProtoMessage attribute = new ProtoMessage().add(1, key);
        if (value instanceof Float number) {
            return attribute.add(2, number).add(20, 1);
        }
        if (value instanceof Long number) {
            return attribute.add(3, number).add(20, 2);
        }
        if (value instanceof String text) {
            return attribute.add(4, text).add(20, 3);
        }
        if (value instanceof DataType type) {
            return attribute.add(3, code(type)).add(20, 2);
        }
        if (value instanceof long[] numbers) {
            for (long number : numbers) {
                attribute.add(8, number);
            }
            return attribute.add(20, 7);
        }
        throw new IllegalArgumentException(
                "Invalid attribute '%s': %s. It must be a Long, a Float, a String, a long[] or a DataType."
                        .formatted(key, value));
    }

    /** TensorProto.DataType. */
    private static int code(DataType type) {
        return switch (type) {
            case FLOAT32 -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case UINT16 -> 4;
            case INT16 -> 5;
            case INT32 -> 6;
            case INT64 -> 7;
            case BYTES -> 8;
            case BOOL -> 9;
            case FLOAT16 -> 10;
            case FLOAT64 -> 11;
            case UINT32 -> 12;
            case UINT64 -> 13;
            case BFLOAT16 -> 16;
        };
    }
}
