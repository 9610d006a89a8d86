package io.flinkgpu.inference.line;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.streaming.api.operators.collect.CollectCoordinationResponse;
import org.apache.flink.util.InstantiationUtil;

/**
 * What a coordinator answers.
 *
 * <p>Flink 2.3 reads a response with the class loader of its RPC, which does not know a job's
 * classes. So it travels as bytes in a {@link CollectCoordinationResponse}, which Flink knows.
 *
 * @param number of the latest news that the subtask knows by now
 * @param events news, the oldest first; may be empty
 */
record LineAnswer(long number, List<OperatorEvent> events) implements Serializable {

    private static final long serialVersionUID = 1L;

    LineAnswer {
        events = List.copyOf(events);
    }

    CoordinationResponse toResponse() {
        try {
            DataOutputSerializer buffer = new DataOutputSerializer(256);
            BytePrimitiveArraySerializer.INSTANCE.serialize(
                    InstantiationUtil.serializeObject(this), buffer);
            return new CollectCoordinationResponse("", number, List.of(buffer.getCopyOfBuffer()));
        } catch (IOException e) {
            throw new IllegalStateException("Cannot serialize news of a coordinator: " + events, e);
        }
    }

    /**
     * Reads an answer.
     *
     * @throws IllegalStateException if the response is none of a coordinator of ours
     */
    static LineAnswer from(CoordinationResponse response) {
        try {
            byte[] bytes =
                    ((CollectCoordinationResponse) response)
                            .getResults(BytePrimitiveArraySerializer.INSTANCE)
                            .get(0);
            return InstantiationUtil.deserializeObject(bytes, LineAnswer.class.getClassLoader());
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw new IllegalStateException("Cannot read a coordinator's answer: " + response, e);
        }
    }
}
