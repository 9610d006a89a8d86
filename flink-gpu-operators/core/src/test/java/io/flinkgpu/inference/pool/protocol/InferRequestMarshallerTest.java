package io.flinkgpu.inference.pool.protocol;

import static io.flinkgpu.inference.pool.protocol.TestingMessages.LIMITS;
import static io.flinkgpu.inference.pool.protocol.TestingMessages.input;
import static io.flinkgpu.inference.pool.protocol.TestingMessages.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.InferParameter;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest.InferRequestedOutputTensor;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class InferRequestMarshallerTest {

    private static final ByteString BYTE = ByteString.copyFrom(new byte[1]);
    private static final Map<String, Object> PARAMETERS =
            Map.of("flag", true, "count", 7L, "share", 0.5, "text", "é");

    private final WatchedPool memory = new WatchedPool();
    private final InferRequestMarshaller marshaller =
            new InferRequestMarshaller(LIMITS, memory.pool());

    @AfterEach
    void allMemoryIsGivenBack() {
        memory.requireComplete();
    }

    @ParameterizedTest
    @CsvSource({
        "request, sequence_id, the request",
        "input, shared_memory_region, tensor 'x'",
        "output, classification, output 'y'",
    })
    void refusesParametersThatWouldChangeTheAnswer(String where, String name, String owner) {
        InferParameter one = InferParameter.newBuilder().setInt64Param(1).build();
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName("m").addRawInputContents(BYTE);
        ModelInferRequest.InferInputTensor.Builder input =
                request.addInputsBuilder().setName("x").setDatatype("INT8").addShape(1);
        var output = request.addOutputsBuilder().setName("y");
        switch (where) {
            case "request" -> request.putParameters(name, one);
            case "input" -> input.putParameters(name, one);
            default -> output.putParameters(name, one);
        }

        assertThatThrownBy(
                        () ->
                                marshaller.parse(
                                        new ByteArrayInputStream(request.build().toByteArray())))
                .hasMessage(
                        "INVALID_ARGUMENT: Invalid request: parameter '%s' of %s asks for what this server does not do. Leave it out."
                                .formatted(name, owner));
    }

    @Test
    void writesWhatTheGeneratedClassesRead() throws Exception {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4));
        tensors.put("y", Tensor.ofStrings(Shape.of(2), "a", "bc"));
        InferRequest written =
                new InferRequest(
                        new ServedModel("digits", "3"),
                        "id-1",
                        PARAMETERS,
                        TensorBatch.of(tensors),
                        List.of("scores"));

        ModelInferRequest read =
                ModelInferRequest.parseFrom(TestingMessages.bytes(marshaller.stream(written)));

        assertThat(read)
                .isEqualTo(
                        ModelInferRequest.newBuilder()
                                .setModelName("digits")
                                .setModelVersion("3")
                                .setId("id-1")
                                .putParameters("flag", parameter().setBoolParam(true).build())
                                .putParameters("count", parameter().setInt64Param(7).build())
                                .putParameters("share", parameter().setDoubleParam(0.5).build())
                                .putParameters("text", parameter().setStringParam("é").build())
                                .addInputs(input("x", "FP32", 2, 2))
                                .addInputs(input("y", "BYTES", 2))
                                .addOutputs(
                                        InferRequestedOutputTensor.newBuilder().setName("scores"))
                                .addRawInputContents(
                                        bytes(
                                                0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40,
                                                0, 0, 0x80, 0x40))
                                .addRawInputContents(bytes(1, 0, 0, 0, 'a', 2, 0, 0, 0, 'b', 'c'))
                                .build());
    }

    @Test
    void writesTheRowsOfSeveralPartsOneAfterTheOther() throws Exception {
        InferRequest written =
                new InferRequest(
                        new ServedModel("m", ""),
                        "",
                        Map.of(),
                        List.of(
                                part(Tensor.ofStrings(Shape.of(1), "a"), 1),
                                part(Tensor.ofStrings(Shape.of(2), "bc", ""), 2, 3)),
                        List.of());

        InferRequest read = readBack(written);

        assertThat(written.rows()).isEqualTo(3);
        assertThat(read.inputs())
                .isEqualTo(part(Tensor.ofStrings(Shape.of(3), "a", "bc", ""), 1, 2, 3));
        read.close();
    }

    @Test
    void givesTheRowsOfSeveralPartsNotAsOneBatch() {
        TensorBatch part = TensorBatch.of("x", Tensor.ofInts(Shape.of(1), 1));
        InferRequest request =
                new InferRequest(
                        new ServedModel("m", ""), "id-1", Map.of(), List.of(part, part), List.of());

        assertThatThrownBy(request::inputs)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot give the rows of request 'id-1' as one batch: they lie in 2.");
    }

    private static TensorBatch part(Tensor names, int... values) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("name", names);
        tensors.put("value", Tensor.ofInts(Shape.of(values.length), values));
        return TensorBatch.of(tensors);
    }

    @Test
    void readsWhatTheGeneratedClassesWrite() throws Exception {
        ModelInferRequest written =
                request(input("x", "INT16", 2, 1), input("y", "BOOL", 2))
                        .setModelVersion("3")
                        .setId("id-1")
                        .putParameters("flag", parameter().setBoolParam(true).build())
                        .putParameters("big", parameter().setUint64Param(-1).build())
                        .putParameters("none", parameter().build())
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("b"))
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("a"))
                        .addRawInputContents(bytes(1, 0, 0xff, 0xff))
                        .addRawInputContents(bytes(0, 1))
                        .build();

        try (InferRequest read = read(written)) {
            assertThat(read.model()).isEqualTo(new ServedModel("m", "3"));
            assertThat(read.id()).isEqualTo("id-1");
            assertThat(read.parameters())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("flag", true, "big", -1L));
            assertThat(read.outputs()).containsExactly("b", "a");
            assertThat(read.inputs().names()).containsExactly("x", "y");
            assertThat(read.inputs().tensor("x").dataType()).isEqualTo(DataType.INT16);
            assertThat(read.inputs().tensor("x").data().getShort(2)).isEqualTo((short) -1);
            assertThat(read.inputs().tensor("y"))
                    .isEqualTo(Tensor.ofBooleans(Shape.of(2), false, true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesEveryTypeRaw(DataType type) throws Exception {
        Tensor tensor = TestingMessages.random(type, Shape.of(3, 2), new Random(1));

        byte[] message = TestingMessages.bytes(marshaller.stream(requestOf(tensor)));

        assertThat(ModelInferRequest.parseFrom(message).getInputs(0).getDatatype())
                .isEqualTo(type.protocolName());
        try (InferRequest read = marshaller.read(new ByteArrayInputStream(message))) {
            assertThat(read.inputs()).isEqualTo(TensorBatch.of("x", tensor));
            assertThat(read.inputs().onlyTensor().data().isDirect()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"FLOAT16", "BFLOAT16"})
    void readsEveryTypeTyped(DataType type) throws Exception {
        Tensor tensor = TestingMessages.random(type, Shape.of(3, 2), new Random(1));

        try (InferRequest read =
                read(
                        request(
                                        input("x", type.protocolName(), 3, 2)
                                                .setContents(TestingMessages.typed(tensor)))
                                .build())) {
            assertThat(read.inputs().tensor("x")).isEqualTo(tensor);
        }
    }

    @Test
    void readsTensorsWithoutElementsInBothForms() throws Exception {
        try (InferRequest typed = read(request(input("x", "FP32", 2, 0)).build());
                InferRequest raw =
                        read(
                                request(input("x", "FP32", 2, 0))
                                        .addRawInputContents(ByteString.EMPTY)
                                        .build())) {
            assertThat(typed.inputs()).isEqualTo(raw.inputs());
            assertThat(raw.inputs().tensor("x").shape()).isEqualTo(Shape.of(2, 0));
        }
    }

    @Test
    void readsStringsOfAnyCharactersAndBytes() throws Exception {
        Tensor strings = Tensor.ofStrings(Shape.of(3), "", "naïve 日本", "\u0000");

        try (InferRequest read = readBack(requestOf(strings))) {
            assertThat(read.inputs().tensor("x").toStrings())
                    .containsExactly("", "naïve 日本", "\u0000");
        }
    }

    @Test
    void streamsTellTheirLengthAndDrain() throws Exception {
        InferRequest request = requestOf(Tensor.ofLongs(Shape.of(2, 8_192), new long[16_384]));
        InputStream stream = marshaller.stream(request);
        ByteArrayOutputStream target = new ByteArrayOutputStream();

        int available = stream.available();
        int drained = ((RawMessageStream) stream).drainTo(target);

        assertThat(stream).isInstanceOf(KnownLength.class);
        assertThat(drained).isEqualTo(available).isEqualTo(target.size());
        assertThat(stream.available()).isZero();
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(target.toByteArray())
                .isEqualTo(TestingMessages.bytes(marshaller.stream(request)));
    }

    @Test
    void readsSingleBytesOfAStream() throws Exception {
        InferRequest request = requestOf(Tensor.ofLongs(Shape.of(3), -1, 0, 200));
        InputStream stream = marshaller.stream(request);
        ByteArrayOutputStream single = new ByteArrayOutputStream();

        for (int next = stream.read(); next >= 0; next = stream.read()) {
            single.write(next);
        }

        assertThat(single.toByteArray())
                .isEqualTo(TestingMessages.bytes(marshaller.stream(request)));
    }

    @Test
    void aRequestMayBeSentAgain() throws Exception {
        try (InferRequest first = readBack(requestOf(Tensor.ofInts(Shape.of(2), 1, 2)))) {
            marshaller.stream(first).close();

            try (InferRequest second = readBack(first)) {
                assertThat(second.inputs()).isEqualTo(first.inputs());
            }
        }
    }

    @Test
    void malformedMessagesEndTheCallWithInvalidArgument() {
        assertThatThrownBy(() -> marshaller.parse(new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("INVALID_ARGUMENT: Invalid model_name: it is blank. Name a model.");
    }

    @Test
    void callsThatFindNoMemoryEndWithResourceExhausted() {
        InputStream full =
                new InputStream() {
                    @Override
                    public int read() {
                        throw new OutOfMemoryError("Direct buffer memory");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        return read();
                    }
                };

        assertThatThrownBy(() -> marshaller.parse(full))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused ->
                                assertThat(refused.getStatus().getCode())
                                        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
                .hasMessageEndingWith("Direct buffer memory");
    }

    @Test
    void refusesParametersOfOtherTypes() {
        InferRequest request =
                new InferRequest(
                        new ServedModel("m", ""),
                        "",
                        Map.of("list", List.of()),
                        TensorBatch.of("x", Tensor.ofInts(Shape.of(1), 1)),
                        List.of());

        assertThatThrownBy(() -> marshaller.stream(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid parameter 'list': []. It must be a Boolean, Long, Double or"
                                + " String.");
    }

    private InferRequest read(ModelInferRequest request) throws MalformedMessageException {
        return marshaller.read(new ByteArrayInputStream(request.toByteArray()));
    }

    private InferRequest readBack(InferRequest request) throws MalformedMessageException {
        return marshaller.read(marshaller.stream(request));
    }

    private static InferRequest requestOf(Tensor tensor) {
        return new InferRequest(
                new ServedModel("m", ""), "", Map.of(), TensorBatch.of("x", tensor), List.of());
    }

    private static InferParameter.Builder parameter() {
        return InferParameter.newBuilder();
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }
}
