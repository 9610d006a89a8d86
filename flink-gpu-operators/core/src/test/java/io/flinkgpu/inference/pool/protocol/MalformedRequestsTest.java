package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a message can be wrong is named, and costs no memory. */
class MalformedRequestsTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @ParameterizedTest
    @MethodSource
    void namesWhatIsWrong(ModelInferRequest message, String expected) {
        assertThatThrownBy(() -> Messages.read(message.toByteArray(), pool))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(expected);
        assertThat(pool.borrowedBytes()).isZero();
    }

    static Stream<Arguments> namesWhatIsWrong() {
        ModelInferRequest good = Messages.raw(DataType.UINT8, new byte[2], 2);
        return Stream.of(
                wrong(good.toBuilder().setModelName(" ").build(), "Invalid model_name"),
                wrong(Messages.generated().build(), "no tensor"),
                wrong(Messages.raw(DataType.FLOAT32, new byte[7], 2), "takes 8 bytes but 7 came"),
                wrong(Messages.raw(DataType.UINT8, new byte[1]), "first axis must be the batch"),
                wrong(Messages.raw(DataType.UINT8, new byte[0], 0), "first axis must be the batch"),
                wrong(Messages.raw(DataType.UINT8, new byte[0], 1, -1), "an axis must be 0 to"),
                wrong(
                        Messages.raw(DataType.UINT8, new byte[0], 101, 100),
                        "'x': its shape [101, 100] has more than 10000 elements"),
                wrong(
                        Messages.raw(
                                DataType.UINT8, new byte[0], 1, Long.MAX_VALUE, Long.MAX_VALUE),
                        "an axis must be 0 to 10000"),
                wrong(
                        Messages.raw(
                                DataType.UINT8,
                                new byte[1],
                                LongStream.generate(() -> 1).limit(65).toArray()),
                        "65 axes"),
                wrong(named("", "UINT8"), "it has no name"),
                wrong(named("x", "COMPLEX"), "its datatype is 'COMPLEX'"),
                wrong(
                        good.toBuilder().addRawInputContents(ByteString.EMPTY).build(),
                        "2 raw contents for 1 tensors [x]"),
                wrong(
                        good.toBuilder()
                                .addInputs(good.getInputs(0))
                                .addRawInputContents(good.getRawInputContents(0))
                                .build(),
                        "'x': it comes twice"),
                wrong(
                        good.toBuilder()
                                .addInputs(Messages.input("y", DataType.UINT8, 3))
                                .addRawInputContents(ByteString.copyFrom(new byte[3]))
                                .build(),
                        "'y' has shape [3]"),
                wrong(
                        Messages.typed(DataType.INT32, c -> c.addIntContents(1), 1).toBuilder()
                                .addRawInputContents(ByteString.copyFrom(new byte[4]))
                                .build(),
                        "'x': it has typed contents in a message with raw ones"),
                wrong(
                        Messages.typed(DataType.INT32, c -> c.addIntContents(1), 2),
                        "INT32 [2] takes 2 elements but 1 came"),
                wrong(
                        Messages.typed(DataType.INT32, c -> c.addFp32Contents(1), 1),
                        "INT32 takes int_contents but fp32_contents came"),
                wrong(
                        Messages.typed(DataType.INT8, c -> c.addIntContents(128), 1),
                        "element 128 is out of the range of INT8"),
                wrong(
                        Messages.typed(DataType.INT8, c -> c.addIntContents(-129), 1),
                        "element -129 is out of the range of INT8"),
                wrong(
                        Messages.typed(DataType.UINT16, c -> c.addUintContents(65_536), 1),
                        "element 65536 is out of the range of UINT16"),
                wrong(Messages.typed(DataType.FLOAT16, c -> c, 1), "FP16 has no typed contents"),
                wrong(Messages.typed(DataType.BFLOAT16, c -> c, 1), "BF16 has no typed contents"),
                wrong(
                        Messages.typed(
                                DataType.BYTES,
                                c -> c.addBytesContents(ByteString.copyFrom(new byte[1001])),
                                1),
                        "string of 1001 bytes, and 1000 is the most"),
                wrong(strings(2, 1, 0, 0, 0, 'a'), "BYTES [2] takes 2 elements but 1 came"),
                wrong(strings(1, 2, 0, 0, 0, 'a'), "element 0 has a length of 2 where 1 bytes"),
                wrong(strings(1, 255, 255, 255, 255, 'a'), "element 0 has a length of -1"),
                wrong(
                        strings(1, 0, 0),
                        "element 0 has a length of -1 where 2 bytes are left. Send each element of"
                                + " BYTES as a length of 4 bytes"),
                wrong(
                        Messages.raw(DataType.BYTES, string(1001), 1),
                        "string of 1001 bytes, and 1000 is the most"));
    }

    @Test
    void takesStringsAndElementsAtTheLimits() throws Exception {
        Messages.read(Messages.raw(DataType.BYTES, string(1000), 1).toByteArray(), pool).close();
        Messages.read(Messages.raw(DataType.UINT8, new byte[10_000], 100, 100).toByteArray(), pool)
                .close();

        assertThat(pool.borrowedBytes()).isZero();
    }

    @Test
    void refusesMessagesAboveTheLimit() {
        byte[] message = Messages.raw(DataType.UINT8, new byte[1 << 20], 1 << 20).toByteArray();

        assertThatThrownBy(() -> Messages.read(message, pool))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("a field of 1048576 bytes in a message of at most 1048576");
    }

    @Test
    void takesNoMemoryForLengthsThatAreOnlyClaimed() {
        // field 7 with a length of 1,000,000, and nothing behind it
        byte[] message = {0x3a, (byte) 0xc0, (byte) 0x84, 0x3d};

        assertThatThrownBy(() -> Messages.read(message, pool))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("in the middle of a field");
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void refusesMoreTensorsThanAnyModelHas() throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int i = 0; i < 5000; i++) {
            message.write(new byte[] {0x3a, 0});
        }

        assertThatThrownBy(() -> Messages.read(message.toByteArray(), pool))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("more than 4096 tensors");
        assertThat(pool.borrowedBytes()).isZero();
    }

    @Test
    void refusesHeadsThatGrowWhenParsed() throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int i = 0; i < 600_000; i++) {
            message.write(new byte[] {0x32, 0});
        }

        InferRequestMarshaller marshaller =
                new InferRequestMarshaller(new ProtocolLimits(4 << 20, 1, 1), pool);

        assertThatThrownBy(() -> marshaller.read(new ByteArrayInputStream(message.toByteArray())))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("without the tensors' contents");
    }

    private static Arguments wrong(ModelInferRequest message, String expected) {
        return Arguments.of(message, expected);
    }

    private static ModelInferRequest named(String name, String dataType) {
        return Messages.generated()
                .addInputs(Messages.input(name, DataType.UINT8, 1).setDatatype(dataType))
                .addRawInputContents(ByteString.copyFrom(new byte[1]))
                .build();
    }

    private static ModelInferRequest strings(int count, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return Messages.raw(DataType.BYTES, bytes, count);
    }

    private static byte[] string(int length) {
        byte[] bytes = new byte[Integer.BYTES + length];
        bytes[0] = (byte) length;
        bytes[1] = (byte) (length >> Byte.SIZE);
        return bytes;
    }
}
