package io.flinkgpu.inference.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a model is, and what its files say of it. For people: nothing is decided by it.
 *
 * @param platform the format and its runtime as common servers name them, such as {@code
 *     onnxruntime_onnx}; empty if it has no name
 * @param properties such as producer and version, by name
 */
@PublicEvolving
public record ModelDescription(String platform, Map<String, String> properties) {

    private static final ModelDescription NONE = new ModelDescription("", Map.of());

    public ModelDescription {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** A model of which nothing is known. */
    public static ModelDescription none() {
        return NONE;
    }
}
