package io.flinkgpu.inference.pool.protocol;

import static io.flinkgpu.inference.pool.protocol.TestingMessages.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.grpc.HasByteBuffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireReaderTest {

    private final WatchedPool memory = new WatchedPool();

    @AfterEach
    void allMemoryIsGivenBack() {
        memory.requireComplete();
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertThatThrownBy(() -> read(LIMITS, 0)).hasMessage("Cannot read message: invalid tag 0.");
        assertThatThrownBy(() -> read(LIMITS, 0x0c))
                .hasMessage("Cannot read message: field 1 has wire type 4.");
        assertThatThrownBy(() -> read(LIMITS, 0x0b))
                .hasMessage("Cannot read message: it ends in the middle of a group.");
        assertThatThrownBy(() -> read(LIMITS, 0x09, 1, 2))
                .hasMessage("Cannot read message: it ends in the middle of a field.");
        assertThatThrownBy(() -> read(LIMITS, 0x3a, 3, 1, 2))
                .hasMessage("Cannot read message: it ends in the middle of a field.");
        assertThatThrownBy(() -> read(LIMITS, 0x3a, 0x80))
                .hasMessage("Cannot read message: it ends in the middle of a number.");
        assertThatThrownBy(() -> read(LIMITS, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1))
                .hasMessage("Cannot read message: a number is too long.");
        assertThatThrownBy(() -> read(LIMITS, 0x0a, 1, 0xff))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Cannot read message: Protocol message had invalid UTF-8.");
    }

    @Test
    void refusesGroupsThatNestTooDeep() {
        int[] groups = new int[101];
        Arrays.fill(groups, 0x0b);

        assertThatThrownBy(() -> read(LIMITS, groups))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Cannot read message: groups nest deeper than 100.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsMessagesUpToTheLimit(boolean tellsLength) throws Exception {
        byte[] message =
                TestingMessages.request(TestingMessages.input("x", "UINT8", 16))
                        .addRawInputContents(ByteString.copyFrom(new byte[16]))
                        .build()
                        .toByteArray();

        marshaller(limitedTo(message.length)).read(stream(message, tellsLength)).close();

        assertThatThrownBy(
                        () ->
                                marshaller(limitedTo(message.length - 1))
                                        .read(stream(message, tellsLength)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("at most " + (message.length - 1));
    }

    @Test
    void takesBytesFromTheStreamsOwnMemory() throws Exception {
        byte[] message = {3, 1, 2, 3, 8};
        try (BufferStream stream = new BufferStream(ByteBuffer.wrap(message), 2)) {

            PooledBuffer read = new WireReader(stream, 5).readPooled(memory.pool());

            assertThat(TestingMessages.bytes(read.buffer())).containsExactly(1, 2, 3);
            assertThat(stream.read()).isEqualTo(8);
            read.release();
        }
    }

    @Test
    void doesNotRepeatLongNames() {
        ModelInferRequest request =
                TestingMessages.request(TestingMessages.input("x".repeat(5_000), "FP32")).build();

        assertThatThrownBy(
                        () ->
                                marshaller(LIMITS)
                                        .read(new ByteArrayInputStream(request.toByteArray())))
                .isInstanceOf(MalformedMessageException.class)
                .message()
                .startsWith("Invalid tensor '" + "x".repeat(100) + "...': its shape is []")
                .hasSizeLessThan(300);
    }

    private void read(ProtocolLimits limits, int... message) throws MalformedMessageException {
        byte[] bytes = new byte[message.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) message[i];
        }
        marshaller(limits).read(new ByteArrayInputStream(bytes)).close();
    }

    private InferRequestMarshaller marshaller(ProtocolLimits limits) {
        return new InferRequestMarshaller(limits, memory.pool());
    }

    private static ProtocolLimits limitedTo(int bytes) {
        return new ProtocolLimits(bytes, LIMITS.maxTensorElements(), LIMITS.maxStringBytes());
    }

    private static InputStream stream(byte[] message, boolean tellsLength) {
        return tellsLength ? new ByteArrayInputStream(message) : new TricklingStream(message, 3);
    }

    /** A stream that shows its memory, and gives arrays nothing. */
    private static final class BufferStream extends InputStream implements HasByteBuffer {
        private final ByteBuffer content;
        private final int most;

        BufferStream(ByteBuffer content, int most) {
            this.content = content;
            this.most = most;
        }

        @Override
        public boolean byteBufferSupported() {
            return true;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return content.hasRemaining()
                    ? content.slice(content.position(), Math.min(most, content.remaining()))
                            .asReadOnlyBuffer()
                    : null;
        }

        @Override
        public int available() {
            return content.remaining();
        }

        @Override
        public long skip(long count) {
            int skipped = (int) Math.min(count, content.remaining());
            content.position(content.position() + skipped);
            return skipped;
        }

        @Override
        public int read() {
            return content.hasRemaining() ? content.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            throw new UnsupportedOperationException("An array was used.");
        }
    }
}
