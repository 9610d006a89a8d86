package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * {@link InferResponse}s as {@link ModelInferResponse}s on the wire.
 *
 * <p>Writes raw contents, and closes the response once it is written: a response is sent once. A
 * message that cannot be read fails its call with {@code INTERNAL}, as it is the server's fault.
 * Safe for use by many threads.
 */
final class InferResponseMarshaller extends InferMarshaller<InferResponse> {

    private static final MessageFields FIELDS =
            new MessageFields(
                    ModelInferResponse.OUTPUTS_FIELD_NUMBER,
                    ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER);

    /** Takes memory from the process's pool. */
    InferResponseMarshaller(ProtocolLimits limits) {
        this(limits, DirectBufferPool.ofProcess());
    }

    InferResponseMarshaller(ProtocolLimits limits, DirectBufferPool pool) {
        super(FIELDS, Status.INTERNAL, limits, pool);
    }

    @Override
    public InputStream stream(InferResponse response) {
        ModelInferResponse.Builder head =
                ModelInferResponse.newBuilder()
                        .setModelName(response.model().name())
                        .setModelVersion(response.model().version())
                        .setId(response.id())
                        .putAllParameters(Parameters.toWire(response.parameters()));
        response.outputs()
                .tensors()
                .forEach(
                        (name, tensor) ->
                                head.addOutputs(
                                        ModelInferResponse.InferOutputTensor.newBuilder()
                                                .setName(name)
                                                .setDatatype(tensor.dataType().protocolName())
                                                .addAllShape(MessageFields.axes(tensor))));
        try {
            return new RawMessageStream(
                    head.build(),
                    FIELDS.rawContents(),
                    List.of(response.outputs()),
                    response::close);
        } catch (IllegalArgumentException tooLarge) {
            response.close();
            throw tooLarge;
        }
    }

    @Override
    InferResponse understand(ReceivedMessage message) throws IOException {
        ModelInferResponse head = ModelInferResponse.parseFrom(message.head());
        ServedModel model = MessageFields.model(head.getModelName(), head.getModelVersion());
        return new InferResponse(
                model,
                head.getId(),
                Parameters.fromWire(head.getParametersMap()),
                message.takeTensors());
    }
}
