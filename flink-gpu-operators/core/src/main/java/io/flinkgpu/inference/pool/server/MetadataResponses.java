package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import java.util.List;

/** What the server and its models say of themselves, over gRPC and HTTP alike. */
final class MetadataResponses {

    private static final String BINARY_TENSORS = "binary_tensor_data";

    private MetadataResponses() {}

    static ServerMetadataResponse ofServer() {
        return ServerMetadataResponse.newBuilder()
                .setName(ServerIdentity.NAME)
                .setVersion(ServerIdentity.version())
                .addExtensions(BINARY_TENSORS)
                .build();
    }

    static ModelMetadataResponse of(InferenceEndpoint.Description description) {
        return ModelMetadataResponse.newBuilder()
                .setName(description.name())
                .addAllVersions(description.versions())
                .setPlatform(description.platform())
                .addAllInputs(tensors(description.signature().inputs()))
                .addAllOutputs(tensors(description.signature().outputs()))
                .build();
    }

    private static List<ModelMetadataResponse.TensorMetadata> tensors(List<TensorSpec> specs) {
        return specs.stream().map(MetadataResponses::tensor).toList();
    }

    /** A shape of unknown rank has no form in the protocol: it shows as none. */
    private static ModelMetadataResponse.TensorMetadata tensor(TensorSpec spec) {
        ModelMetadataResponse.TensorMetadata.Builder tensor =
                ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName(spec.name())
                        .setDatatype(spec.dataType().protocolName());
        if (spec.shape().isRankKnown()) {
            for (long length : spec.shape().toArray()) {
                tensor.addShape(length);
            }
        }
        return tensor.build();
    }
}
