package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.InferParameter;
import java.util.Map;
import java.util.Set;

/**
 * Parameters of common servers that would change the answer and that ours do not know.
 *
 * <p>Others that are unknown are ignored, as the protocol allows; to ignore these would be to
 * answer another question.
 */
final class AnswerParameters {

    private static final Set<String> UNKNOWN_HERE =
            Set.of(
                    "classification",
                    "sequence_id",
                    "sequence_start",
                    "sequence_end",
                    "shared_memory_region");

    private AnswerParameters() {}

    /**
     * Refuses them, but for values that ask for nothing: false, 0 and the empty string.
     *
     * @param owner of the parameters, such as {@code output 'x'}
     * @throws MalformedMessageException if one is there
     */
    static void requireNone(Map<String, Object> parameters, String owner)
            throws MalformedMessageException {
        for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
            if (UNKNOWN_HERE.contains(parameter.getKey()) && asks(parameter.getValue())) {
                throw new MalformedMessageException(
                        "Invalid request: parameter '%s' of %s asks for what this server does not do. Leave it out."
                                .formatted(parameter.getKey(), owner));
            }
        }
    }

    /** The same for parameters on the wire. */
    static void requireNoneOnWire(Map<String, InferParameter> parameters, String owner)
            throws MalformedMessageException {
        if (!parameters.isEmpty()) {
            requireNone(Parameters.fromWire(parameters), owner);
        }
    }

    private static boolean asks(Object value) {
        return !value.equals(false) && !value.equals(0L) && !value.equals("");
    }
}
