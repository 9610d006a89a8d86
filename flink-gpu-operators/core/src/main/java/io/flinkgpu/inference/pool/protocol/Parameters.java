package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.InferParameter;
import java.util.HashMap;
import java.util.Map;

/** Parameters of messages, as Java values and on the wire. */
final class Parameters {

    private Parameters() {}

    static Map<String, InferParameter> toWire(Map<String, Object> values) {
        Map<String, InferParameter> wire = new HashMap<>();
        values.forEach((name, value) -> wire.put(name, toWire(name, value)));
        return wire;
    }

    /** An unsigned number beyond the range of a long comes out negative. */
    static Map<String, Object> fromWire(Map<String, InferParameter> wire) {
        Map<String, Object> values = new HashMap<>();
        wire.forEach(
                (name, parameter) -> {
                    switch (parameter.getParameterChoiceCase()) {
                        case BOOL_PARAM -> values.put(name, parameter.getBoolParam());
                        case INT64_PARAM -> values.put(name, parameter.getInt64Param());
                        case STRING_PARAM -> values.put(name, parameter.getStringParam());
                        case DOUBLE_PARAM -> values.put(name, parameter.getDoubleParam());
                        case UINT64_PARAM -> values.put(name, parameter.getUint64Param());
                        case PARAMETERCHOICE_NOT_SET -> {}
                    }
                });
        return values;
    }

    private static InferParameter toWire(String name, Object value) {
        InferParameter.Builder parameter = InferParameter.newBuilder();
        if (value instanceof Boolean flag) {
            parameter.setBoolParam(flag);
        } else if (value instanceof Long number) {
            parameter.setInt64Param(number);
        } else if (value instanceof Double number) {
            parameter.setDoubleParam(number);
        } else if (value instanceof String text) {
            parameter.setStringParam(text);
        } else {
            throw new IllegalArgumentException(
                    "Invalid parameter '%s': %s. It must be a Boolean, Long, Double or String."
                            .formatted(name, value));
        }
        return parameter.build();
    }
}
