package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse.TensorMetadata;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import io.flinkgpu.inference.tensor.Shape;
import org.junit.jupiter.api.Test;

class JsonMetadataTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void describesAServer() throws Exception {
        byte[] written =
                JsonMetadata.of(
                        ServerMetadataResponse.newBuilder()
                                .setName("flink-gpu")
                                .setVersion("0.1")
                                .addExtensions("binary_tensor_data")
                                .build());

        assertThat(JSON.readTree(written))
                .isEqualTo(
                        tree(
                                """
                                {"name": "flink-gpu", "version": "0.1",
                                 "extensions": ["binary_tensor_data"]}
                                """));
    }

    @Test
    void describesAModel() throws Exception {
        byte[] written =
                JsonMetadata.of(
                        ModelMetadataResponse.newBuilder()
                                .setName("digits")
                                .addVersions("1")
                                .addVersions("2")
                                .setPlatform("tensorflow_savedmodel")
                                .addInputs(
                                        TensorMetadata.newBuilder()
                                                .setName("x")
                                                .setDatatype("FP32")
                                                .addShape(-1)
                                                .addShape(784))
                                .addOutputs(
                                        TensorMetadata.newBuilder()
                                                .setName("y")
                                                .setDatatype("BYTES"))
                                .build());

        assertThat(JSON.readTree(written))
                .isEqualTo(
                        tree(
                                """
                                {"name": "digits", "versions": ["1", "2"],
                                 "platform": "tensorflow_savedmodel",
                                 "inputs": [{"name": "x", "datatype": "FP32",
                                             "shape": [-1, 784]}],
                                 "outputs": [{"name": "y", "datatype": "BYTES", "shape": []}]}
                                """));
    }

    @Test
    void tellsAShapeOfUnknownRankFromAScalar() throws Exception {
        ModelMetadataResponse model =
                ModelMetadataResponse.newBuilder()
                        .addInputs(tensor(Shape.ofUnknownRank()))
                        .addInputs(tensor(Shape.scalar()))
                        .build();

        JsonNode written = JSON.readTree(JsonMetadata.of(model));

        assertThat(written.at("/inputs/0/shape").size()).isZero();
        assertThat(written.at("/inputs/0/parameters/flinkgpu_unknown_rank").asBoolean()).isTrue();
        assertThat(written.at("/inputs/1").has("parameters")).isFalse();
    }

    @Test
    void shapesComeBackAsTheyWere() {
        for (Shape shape :
                new Shape[] {Shape.ofUnknownRank(), Shape.scalar(), Shape.of(-1, 3), Shape.of(0)}) {
            assertThat(MetadataShapes.of(tensor(shape).build())).isEqualTo(shape);
        }
    }

    private static TensorMetadata.Builder tensor(Shape shape) {
        TensorMetadata.Builder tensor = TensorMetadata.newBuilder();
        MetadataShapes.put(tensor, shape);
        return tensor;
    }

    @Test
    void writesErrors() throws Exception {
        assertThat(JSON.readTree(JsonMetadata.error("a \"bad\" one\n")))
                .isEqualTo(JSON.createObjectNode().put("error", "a \"bad\" one\n"));
    }

    private static JsonNode tree(String json) throws Exception {
        return JSON.readTree(json);
    }
}
