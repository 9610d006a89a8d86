package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages as other implementations of the format may write them. */
class WireFormatTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @AfterEach
    void everyBufferIsBack() {
        assertThat(pool.borrowedBytes()).isZero();
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
}
