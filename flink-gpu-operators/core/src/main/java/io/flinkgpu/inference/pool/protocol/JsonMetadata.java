package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The small answers of the protocol over HTTP, in JSON. */
@Internal
public final class JsonMetadata {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonMetadata() {}

    /** Name, version and extensions of a server. */
    public static byte[] of(ServerMetadataResponse server) {
        ObjectNode node = NODES.objectNode();
        node.put("name", server.getName()).put("version", server.getVersion());
        node.set("extensions", texts(server.getExtensionsList()));
        return bytes(node);
    }

    /** Name, versions, platform and tensors of a model. */
    public static byte[] of(ModelMetadataResponse model) {
        ObjectNode node = NODES.objectNode();
        node.put("name", model.getName());
        node.set("versions", texts(model.getVersionsList()));
        node.put("platform", model.getPlatform());
        node.set("inputs", tensors(model.getInputsList()));
        node.set("outputs", tensors(model.getOutputsList()));
        return bytes(node);
    }

    /** The body of an answer that is none. */
    public static byte[] error(String message) {
        return bytes(NODES.objectNode().put("error", message));
    }

    private static ArrayNode tensors(List<ModelMetadataResponse.TensorMetadata> tensors) {
        ArrayNode nodes = NODES.arrayNode();
        for (var tensor : tensors) {
            ObjectNode node = nodes.addObject();
            node.put("name", tensor.getName()).put("datatype", tensor.getDatatype());
            ArrayNode shape = node.putArray("shape");
            tensor.getShapeList().forEach(shape::add);
            if (MetadataShapes.isUnknownRank(tensor)) {
                node.putObject("parameters").put(InferParameters.UNKNOWN_RANK, true);
            }
        }
        return nodes;
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode nodes = NODES.arrayNode();
        texts.forEach(nodes::add);
        return nodes;
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
