package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@link InferRequest}s as {@link ModelInferRequest}s on the wire.
 *
 * <p>Writes raw contents, those of several parts one after the other, and does not close the
 * request, which may be sent again. A message that cannot be read fails its call with {@code
 * INVALID_ARGUMENT}, one that finds no memory with {@code RESOURCE_EXHAUSTED}. The memory of a
 * request that was read for a call given up meanwhile, and so reaches nobody, is left to the
 * garbage collector. Safe for use by many threads.
 */
final class InferRequestMarshaller extends InferMarshaller<InferRequest> {

    private static final MessageFields FIELDS =
            new MessageFields(
                    ModelInferRequest.INPUTS_FIELD_NUMBER,
                    ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER);

    /** Takes memory from the process's pool. */
    InferRequestMarshaller(ProtocolLimits limits) {
        this(limits, DirectBufferPool.ofProcess());
    }

    InferRequestMarshaller(ProtocolLimits limits, DirectBufferPool pool) {
        super(FIELDS, Status.INVALID_ARGUMENT, limits, pool);
    }

    @Override
    public InputStream stream(InferRequest request) {
        ModelInferRequest.Builder head =
                ModelInferRequest.newBuilder()
                        .setModelName(request.model().name())
                        .setModelVersion(request.model().version())
                        .setId(request.id())
                        .putAllParameters(Parameters.toWire(request.parameters()));
        int rows = request.rows();
        request.parts()
                .get(0)
                .tensors()
                .forEach(
                        (name, tensor) ->
                                head.addInputs(
                                        ModelInferRequest.InferInputTensor.newBuilder()
                                                .setName(name)
                                                .setDatatype(tensor.dataType().protocolName())
                                                .addAllShape(MessageFields.axes(tensor))
                                                .setShape(0, rows)));
        request.outputs().forEach(name -> head.addOutputsBuilder().setName(name));
        return new RawMessageStream(head.build(), FIELDS.rawContents(), request.parts(), null);
    }

    @Override
    InferRequest understand(ReceivedMessage message) throws IOException {
        ModelInferRequest head = ModelInferRequest.parseFrom(message.head());
        ServedModel model = MessageFields.model(head.getModelName(), head.getModelVersion());
        AnswerParameters.requireNoneOnWire(head.getParametersMap(), "the request");
        for (var output : head.getOutputsList()) {
            AnswerParameters.requireNoneOnWire(
                    output.getParametersMap(),
                    "output '%s'".formatted(TensorHead.abbreviated(output.getName())));
        }
        return new InferRequest(
                model,
                head.getId(),
                Parameters.fromWire(head.getParametersMap()),
                message.takeTensors(),
                head.getOutputsList().stream().map(output -> output.getName()).toList());
    }
}
