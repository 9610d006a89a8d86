package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our messages against the generated classes, which know the same format. */
class InferMarshallersTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @AfterEach
    void everyBufferIsBack() {
        assertThat(pool.borrowedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void writesWhatTheGeneratedClassReads(DataType type) throws IOException {
        Tensor tensor = Messages.tensor(type);
        InferRequest request =
                new InferRequest(
                        Messages.MODEL,
                        "id-1",
                        Map.of("flag", true, "count", 7L, "ratio", 0.5, "text", "t"),
                        TensorBatch.of("x", tensor),
                        List.of("y", "z"));

        ModelInferRequest read = ModelInferRequest.parseFrom(Messages.written(request));

        assertThat(read.getModelName()).isEqualTo("digits");
        assertThat(read.getModelVersion()).isEqualTo("3");
        assertThat(read.getId()).isEqualTo("id-1");
        assertThat(read.getParametersOrThrow("flag").getBoolParam()).isTrue();
        assertThat(read.getParametersOrThrow("count").getInt64Param()).isEqualTo(7);
        assertThat(read.getParametersOrThrow("ratio").getDoubleParam()).isEqualTo(0.5);
        assertThat(read.getParametersOrThrow("text").getStringParam()).isEqualTo("t");
        assertThat(read.getInputs(0).getName()).isEqualTo("x");
        assertThat(read.getInputs(0).getDatatype()).isEqualTo(type.protocolName());
        assertThat(read.getInputs(0).getShapeList()).containsExactly(2L, 3L);
        assertThat(read.getRawInputContents(0).asReadOnlyByteBuffer()).isEqualTo(tensor.data());
        assertThat(read.getOutputsList())
                .extracting(out -> out.getName())
                .containsExactly("y", "z");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void readsRawContentsOfTheGeneratedClass(DataType type) throws IOException {
        Tensor tensor = Messages.tensor(type);
        byte[] message = Messages.raw(type, Messages.bytes(tensor.data()), 2, 3).toByteArray();

        try (InferRequest read = Messages.read(message, pool)) {
            assertThat(read.model()).isEqualTo(Messages.MODEL);
            assertThat(read.inputs().tensor("x")).isEqualTo(tensor);
            assertThat(read.inputs().tensor("x").data().isDirect()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource
    void readsTypedContents(
            DataType type, UnaryOperator<InferTensorContents.Builder> contents, byte[] expected)
            throws IOException {
        byte[] message = Messages.typed(type, contents, 2).toByteArray();

        try (InferRequest read = Messages.read(message, pool)) {
            assertThat(Messages.bytes(read.inputs().tensor("x").data())).isEqualTo(expected);
        }
    }

    static Stream<Arguments> readsTypedContents() {
        byte minus = -1;
        return Stream.of(
                typed(DataType.BOOL, c -> c.addBoolContents(true).addBoolContents(false), 1, 0),
                typed(DataType.INT8, c -> c.addIntContents(-1).addIntContents(2), minus, 2),
                typed(DataType.INT16, c -> c.addIntContents(-1).addIntContents(2), -1, -1, 2, 0),
                typed(
                        DataType.INT32,
                        c -> c.addIntContents(-1).addIntContents(258),
                        -1,
                        -1,
                        -1,
                        -1,
                        2,
                        1,
                        0,
                        0),
                typed(
                        DataType.INT64,
                        c -> c.addInt64Contents(-1).addInt64Contents(258),
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        2,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0),
                typed(DataType.UINT8, c -> c.addUintContents(255).addUintContents(2), minus, 2),
                typed(
                        DataType.UINT16,
                        c -> c.addUintContents(65_535).addUintContents(2),
                        -1,
                        -1,
                        2,
                        0),
                typed(
                        DataType.UINT32,
                        c -> c.addUintContents(-1).addUintContents(2),
                        -1,
                        -1,
                        -1,
                        -1,
                        2,
                        0,
                        0,
                        0),
                typed(
                        DataType.UINT64,
                        c -> c.addUint64Contents(-1).addUint64Contents(2),
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        -1,
                        2,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0),
                typed(
                        DataType.FLOAT32,
                        c -> c.addFp32Contents(1).addFp32Contents(-2),
                        0,
                        0,
                        0x80,
                        0x3f,
                        0,
                        0,
                        0,
                        0xc0),
                typed(
                        DataType.FLOAT64,
                        c -> c.addFp64Contents(1).addFp64Contents(-2),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0xf0,
                        0x3f,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0xc0),
                typed(
                        DataType.BYTES,
                        c ->
                                c.addBytesContents(ByteString.copyFromUtf8("ab"))
                                        .addBytesContents(ByteString.EMPTY),
                        2,
                        0,
                        0,
                        0,
                        'a',
                        'b',
                        0,
                        0,
                        0,
                        0));
    }

    private static Arguments typed(
            DataType type, UnaryOperator<InferTensorContents.Builder> contents, int... expected) {
        byte[] bytes = new byte[expected.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) expected[i];
        }
        return Arguments.of(type, contents, bytes);
    }

    @Test
    void readsTypedContentsInPartsAndUnpacked() throws IOException {
        // tags of int_contents: 0x10 one number, 0x12 packed; the tensor's contents come twice
        byte[] tensor =
                ByteString.copyFrom(Messages.input("x", DataType.INT32, 4).build().toByteArray())
                        .concat(ByteString.copyFrom(new byte[] {0x2a, 2, 0x10, 7}))
                        .concat(ByteString.copyFrom(new byte[] {0x2a, 5, 0x12, 3, 8, 9, 10}))
                        .toByteArray();
        byte[] message =
                Messages.generated()
                        .build()
                        .toByteString()
                        .concat(ByteString.copyFrom(new byte[] {0x2a, (byte) tensor.length}))
                        .concat(ByteString.copyFrom(tensor))
                        .toByteArray();

        try (InferRequest read = Messages.read(message, pool)) {
            assertThat(read.inputs().tensor("x").toInts()).containsExactly(7, 8, 9, 10);
        }
    }

    @Test
    void readsResponsesInBothForms() throws IOException {
        var output =
                ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("INT32")
                        .addShape(1);
        ModelInferResponse head = ModelInferResponse.newBuilder().setModelName("m").build();
        byte[] raw =
                head.toBuilder()
                        .addOutputs(output)
                        .addRawOutputContents(ByteString.copyFrom(new byte[] {5, 0, 0, 0}))
                        .build()
                        .toByteArray();
        byte[] typed =
                head.toBuilder()
                        .addOutputs(
                                output.clone()
                                        .setContents(
                                                InferTensorContents.newBuilder().addIntContents(5)))
                        .build()
                        .toByteArray();

        for (byte[] message : List.of(raw, typed)) {
            try (InferResponse read = responses().read(new ByteArrayInputStream(message))) {
                assertThat(read.outputs().tensor("y").toInts()).containsExactly(5);
            }
        }
    }

    @Test
    void writesResponsesThatTheGeneratedClassReadsAndClosesThem() throws IOException {
        Tensor tensor =
                Tensor.copyOf(
                        DataType.UINT8, Shape.of(1, 2), ByteBuffer.wrap(new byte[] {3, 4}), pool);
        InferResponse response =
                new InferResponse(
                        Messages.MODEL,
                        "id",
                        Map.of(InferParameters.RUN_NANOS, 9L),
                        TensorBatch.of("y", tensor));

        byte[] written;
        try (InputStream stream = responses().stream(response)) {
            written = stream.readAllBytes();
            assertThat(pool.borrowedBytes()).isPositive();
        }

        ModelInferResponse read = ModelInferResponse.parseFrom(written);
        assertThat(read.getOutputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(read.getRawOutputContents(0).toByteArray()).containsExactly(3, 4);
        assertThat(read.getParametersOrThrow(InferParameters.RUN_NANOS).getInt64Param())
                .isEqualTo(9);
    }

    @Test
    void drainsTheSameBytesAsItReadsAndKnowsHowMany() throws IOException {
        InferRequest request =
                Messages.request(
                        TensorBatch.of("x", Tensor.zeros(DataType.INT8, Shape.of(1, 100_000))));
        InferRequestMarshaller marshaller = new InferRequestMarshaller(Messages.LIMITS);
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        InputStream stream = marshaller.stream(request);

        int announced = stream.available();
        int count = ((Drainable) stream).drainTo(drained);

        assertThat(stream).isInstanceOf(KnownLength.class);
        assertThat(count).isEqualTo(announced).isEqualTo(drained.size());
        assertThat(stream.available()).isZero();
        assertThat(drained.toByteArray()).isEqualTo(Messages.written(request));
    }

    @Test
    void readsStreamsThatDoNotKnowTheirLength() throws IOException {
        byte[] content = new byte[5000];
        content[4999] = 42;
        byte[] message = Messages.raw(DataType.UINT8, content, 1, 5000).toByteArray();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(message);
        }
        InputStream stream = new GZIPInputStream(new ByteArrayInputStream(zipped.toByteArray()));

        try (InferRequest read = new InferRequestMarshaller(Messages.LIMITS, pool).read(stream)) {
            assertThat(Messages.bytes(read.inputs().tensor("x").data())).isEqualTo(content);
        }
    }

    @Test
    void skipsUnknownFieldsGroupsIncluded() throws IOException {
        byte[] unknown = {
            (byte) 0x98,
            6,
            1, // 99: a number
            (byte) 0x9b,
            6,
            0x08,
            1,
            (byte) 0x9c,
            6, // 99: a group
            (byte) 0x9a,
            6,
            2,
            1,
            2, // 99: bytes
            (byte) 0x9d,
            6,
            1,
            2,
            3,
            4, // 99: fixed32
            (byte) 0x99,
            6,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8, // 99: fixed64
            0x38,
            1 // 7, raw contents, as a number
        };
        ByteString message =
                ByteString.copyFrom(unknown)
                        .concat(Messages.raw(DataType.UINT8, new byte[1], 1).toByteString());
        assertThat(ModelInferRequest.parseFrom(message).getRawInputContentsCount()).isOne();

        try (InferRequest read = Messages.read(message.toByteArray(), pool)) {
            assertThat(read.inputs().rows()).isOne();
        }
    }

    @Test
    void parseFailsCallsWithInvalidArgument() {
        byte[] message = Messages.raw(DataType.UINT8, new byte[1], 2).toByteArray();
        InferRequestMarshaller marshaller = new InferRequestMarshaller(Messages.LIMITS, pool);

        assertThatThrownBy(() -> marshaller.parse(new ByteArrayInputStream(message)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(
                        "INVALID_ARGUMENT: Invalid tensor 'x': UINT8 [2] takes 2 bytes but 1 came.");
    }

    private InferResponseMarshaller responses() {
        return new InferResponseMarshaller(Messages.LIMITS, pool);
    }
}
