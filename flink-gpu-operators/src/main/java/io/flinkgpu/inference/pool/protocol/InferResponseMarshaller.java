package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link InferResponse}s as {@link ModelInferResponse}s on the wire.
 *
 * <p>Writes raw contents, and closes the response once it is written: a response is sent once. A
 * message that cannot be read fails its call with {@code INTERNAL}, as it is the server's fault.
 * Safe for use by many threads.
 */
final class InferResponseMarshaller implements MethodDescriptor.Marshaller<InferResponse> {

    private static final MessageFields FIELDS =
            new MessageFields(
                    ModelInferResponse.OUTPUTS_FIELD_NUMBER,
                    ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER);

    private final ProtocolLimits limits;
    private final DirectBufferPool pool;

    /** Takes memory from the process's pool. */
    InferResponseMarshaller(ProtocolLimits limits) {
        this(limits, DirectBufferPool.ofProcess());
    }

    InferResponseMarshaller(ProtocolLimits limits, DirectBufferPool pool) {
        this.limits = limits;
        this.pool = pool;
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
                    head.build(), FIELDS.rawContents(), response.outputs(), response::close);
        } catch (IllegalArgumentException tooLarge) {
            response.close();
            throw tooLarge;
        }
    }

    @Override
    public InferResponse parse(InputStream stream) {
        try {
            return read(stream);
        } catch (MalformedMessageException malformed) {
            throw MessageFields.refused(Status.INTERNAL, malformed);
        } catch (OutOfMemoryError full) {
            throw MessageFields.refused(Status.RESOURCE_EXHAUSTED, full);
        }
    }

    InferResponse read(InputStream stream) throws MalformedMessageException {
        try (ReceivedMessage message = ReceivedMessage.read(stream, FIELDS, limits, pool)) {
            return understand(message);
        } catch (IOException unreadable) {
            throw MalformedMessageException.of(unreadable);
        }
    }

    private InferResponse understand(ReceivedMessage message) throws IOException {
        ModelInferResponse head = ModelInferResponse.parseFrom(message.head());
        ServedModel model = MessageFields.model(head.getModelName(), head.getModelVersion());
        List<TensorHead> outputs = new ArrayList<>();
        for (ReceivedTensor tensor : message.tensors()) {
            var output = ModelInferResponse.InferOutputTensor.parseFrom(tensor.head());
            outputs.add(
                    TensorHead.of(
                            output.getName(), output.getDatatype(), output.getShapeList(), limits));
        }
        TensorBatch batch = message.tensors(outputs);
        return new InferResponse(
                model, head.getId(), Parameters.fromWire(head.getParametersMap()), batch);
    }
}
