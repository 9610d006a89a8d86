package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.MetadataShapes;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse.TensorMetadata;
import io.flinkgpu.inference.tensor.DataType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks the pool for a model's signature, until a replica knows it. */
final class SignatureLookup implements RoutedCall.Listener<ModelMetadataResponse> {

    private final String signatureName;
    private final RoutedCall<ModelMetadataRequest, ModelMetadataResponse> call;
    private final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();

    /**
     * A lookup that has not started.
     *
     * @param signatureName what the pipeline calls the signature
     */
    SignatureLookup(
            PoolConnection connection,
            ClientCounters counters,
            ServedModel model,
            String signatureName) {
        this.signatureName = signatureName;
        this.call =
                new RoutedCall<>(
                        connection,
                        counters,
                        new RoutedCall.Question<>(
                                GRPCInferenceServiceGrpc.getModelMetadataMethod(),
                                ModelMetadataRequest.newBuilder()
                                        .setName(model.name())
                                        .setVersion(model.version())
                                        .build(),
                                model,
                                System.identityHashCode(this),
                                1,
                                Deadline.none(),
                                true,
                                null),
                        this);
    }

    void start() {
        call.submit();
    }

    /** Ends the lookup without a result. */
    void giveUp() {
        call.giveUp();
    }

    /** Why the last attempt failed; empty if none has. */
    Optional<AttemptFailure> lastFailure() {
        return call.lastFailure();
    }

    CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    @Override
    public void answered(Replica replica, ModelMetadataResponse response, long roundTripNanos) {
        try {
            ModelSignature signature =
                    new ModelSignature(
                            signatureName,
                            specs(response.getInputsList()),
                            specs(response.getOutputsList()));
            ready.complete(new ModelReadiness(signature, Duration.ZERO, 0));
        } catch (IllegalArgumentException invalid) {
            ready.completeExceptionally(
                    new ModelLoadException(
                            "Cannot use model %s of replica %s: %s"
                                    .formatted(
                                            response.getName(),
                                            replica.address(),
                                            invalid.getMessage()),
                            invalid));
        }
    }

    @Override
    public void failed(Throwable cause) {
        ready.completeExceptionally(
                cause instanceof ModelLoadException
                        ? cause
                        : new ModelLoadException(cause.getMessage(), cause));
    }

    @Override
    public void discarded(ModelMetadataResponse response) {}

    @Override
    public void requestReleased() {}

    private static List<TensorSpec> specs(List<TensorMetadata> tensors) {
        return tensors.stream()
                .map(
                        tensor ->
                                new TensorSpec(
                                        tensor.getName(),
                                        dataType(tensor.getDatatype()),
                                        MetadataShapes.of(tensor)))
                .toList();
    }

    private static DataType dataType(String protocolName) {
        return DataType.ofProtocolName(protocolName)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Invalid element type: '%s'. The protocol has no such type."
                                                .formatted(protocolName)));
    }
}
