package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.protocol.MetadataShapes;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import java.util.List;

/** What the server and its models say of themselves, over gRPC and HTTP alike. */
final class MetadataResponses {

    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_configuration", "model_repository", "statistics");

    private MetadataResponses() {}

    static ServerMetadataResponse ofServer() {
        return ServerMetadataResponse.newBuilder()
                .setName(ServerIdentity.NAME)
                .setVersion(ServerIdentity.version())
                .addAllExtensions(EXTENSIONS)
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

    private static ModelMetadataResponse.TensorMetadata tensor(TensorSpec spec) {
        ModelMetadataResponse.TensorMetadata.Builder tensor =
                ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName(spec.name())
                        .setDatatype(spec.dataType().protocolName());
        MetadataShapes.put(tensor, spec.shape());
        return tensor.build();
    }
}
