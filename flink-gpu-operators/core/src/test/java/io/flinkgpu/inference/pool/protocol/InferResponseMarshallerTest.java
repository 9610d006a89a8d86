package io.flinkgpu.inference.pool.protocol;

import static io.flinkgpu.inference.pool.protocol.TestingMessages.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse.InferOutputTensor;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class InferResponseMarshallerTest {

    private final WatchedPool memory = new WatchedPool();
    private final InferResponseMarshaller marshaller =
            new InferResponseMarshaller(LIMITS, memory.pool());

    @AfterEach
    void allMemoryIsGivenBack() {
        memory.requireComplete();
    }

    @Test
    void writesWhatTheGeneratedClassesRead() throws Exception {
        InferResponse written =
                new InferResponse(
                        new ServedModel("digits", "3"),
                        "id-1",
                        Map.of(InferParameters.RUN_NANOS, 12L),
                        TensorBatch.of("y", Tensor.ofUint8(Shape.of(2, 1), (byte) 1, (byte) -1)));

        ModelInferResponse read =
                ModelInferResponse.parseFrom(TestingMessages.bytes(marshaller.stream(written)));

        assertThat(read.getModelName()).isEqualTo("digits");
        assertThat(read.getModelVersion()).isEqualTo("3");
        assertThat(read.getId()).isEqualTo("id-1");
        assertThat(read.getParametersOrThrow("flinkgpu_run_nanos").getInt64Param()).isEqualTo(12);
        assertThat(read.getOutputsList())
                .containsExactly(
                        InferOutputTensor.newBuilder()
                                .setName("y")
                                .setDatatype("UINT8")
                                .addShape(2)
                                .addShape(1)
                                .build());
        assertThat(read.getRawOutputContentsList())
                .containsExactly(ByteString.copyFrom(new byte[] {1, -1}));
    }

    @ParameterizedTest
    @EnumSource
    void carriesEveryTypeRaw(DataType type) throws Exception {
        Tensor tensor = TestingMessages.random(type, Shape.of(3, 2), new Random(1));

        byte[] message = TestingMessages.bytes(marshaller.stream(responseOf(tensor)));

        try (InferResponse read = read(ModelInferResponse.parseFrom(message))) {
            assertThat(read.outputs().tensor("y"))
                    .isEqualTo(TestingMessages.random(type, Shape.of(3, 2), new Random(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"FLOAT16", "BFLOAT16"})
    void readsWhatServersWriteTyped(DataType type) throws Exception {
        Tensor tensor = TestingMessages.random(type, Shape.of(3, 2), new Random(1));
        InferOutputTensor.Builder output =
                InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype(type.protocolName())
                        .addAllShape(TestingMessages.axes(tensor))
                        .setContents(TestingMessages.typed(tensor));

        try (InferResponse read =
                read(
                        ModelInferResponse.newBuilder()
                                .setModelName("m")
                                .addOutputs(output)
                                .build())) {
            assertThat(read.outputs().tensor("y")).isEqualTo(tensor);
        }
    }

    @Test
    void closesTheResponseOnceItIsWritten() throws Exception {
        InferResponse response =
                marshaller.read(marshaller.stream(responseOf(Tensor.ofInts(Shape.of(3), 1, 2, 3))));
        assertThat(memory.isComplete()).isFalse();

        InputStream stream = marshaller.stream(response);
        stream.readAllBytes();
        stream.close();
        stream.close();

        memory.requireComplete();
    }

    @Test
    void malformedResponsesAreTheServersFault() {
        assertThatThrownBy(() -> marshaller.parse(new ByteArrayInputStream(new byte[] {8})))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("INTERNAL: Cannot read message: it ends in the middle of a number.");
    }

    private InferResponse read(ModelInferResponse response) throws MalformedMessageException {
        return marshaller.read(new ByteArrayInputStream(response.toByteArray()));
    }

    private static InferResponse responseOf(Tensor tensor) {
        return new InferResponse(
                new ServedModel("m", "1"), "", Map.of(), TensorBatch.of("y", tensor));
    }
}
