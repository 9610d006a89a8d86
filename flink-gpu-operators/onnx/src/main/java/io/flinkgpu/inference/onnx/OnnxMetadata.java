package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OnnxModelMetadata;
import io.flinkgpu.inference.model.ModelDescription;
import java.util.Map;
import java.util.TreeMap;

/** What an ONNX file says of itself. */
final class OnnxMetadata {

    /** As Triton names format and runtime. */
    private static final String PLATFORM = "onnxruntime_onnx";

    /** What ONNX Runtime gives for a file without a version. */
    private static final long NO_VERSION = Long.MAX_VALUE;

    private OnnxMetadata() {}

    static ModelDescription describe(OnnxModelMetadata metadata, OnnxHeader header) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("producer_name", metadata.getProducerName());
        properties.put("domain", metadata.getDomain());
        properties.put("graph_name", metadata.getGraphName());
        properties.put("graph_description", metadata.getGraphDescription());
        properties.put("description", metadata.getDescription());
        if (metadata.getVersion() != NO_VERSION) {
            properties.put("model_version", Long.toString(metadata.getVersion()));
        }
        header.operatorSets()
                .forEach(
                        (domain, version) ->
                                properties.put(
                                        domain.isEmpty() ? "opset" : "opset." + domain,
                                        Long.toString(version)));
        metadata.getCustomMetadata()
                .forEach((key, value) -> properties.put("property." + key, value));
        properties.values().removeIf(String::isEmpty);
        return new ModelDescription(PLATFORM, properties);
    }
}
