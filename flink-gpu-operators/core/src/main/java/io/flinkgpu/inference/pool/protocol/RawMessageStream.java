package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import javax.annotation.Nullable;

/**
 * A message on its way out: a head, and behind it the raw bytes of tensors, read from where they
 * lie.
 *
 * <p>Closing it closes what it was told to. Single-threaded.
 */
final class RawMessageStream extends InputStream implements Drainable, KnownLength {

    private static final int CHUNK = 64 << 10;

    private final ArrayDeque<ByteBuffer> parts = new ArrayDeque<>();
    @Nullable private Runnable onClose;

    /**
     * A message of a head and tensors.
     *
     * @param rawField number of the repeated field of raw contents
     * @param batches at least one, all with the same tensors: their rows go one after the other
     * @param onClose runs once when the stream is closed; null: nothing does
     * @throws IllegalArgumentException if the message exceeds 2 GiB
     */
    RawMessageStream(
            MessageLite head, int rawField, List<TensorBatch> batches, @Nullable Runnable onClose) {
        this.onClose = onClose;
        parts.add(ByteBuffer.wrap(head.toByteArray()));
        long length = parts.getFirst().remaining();
        for (String name : batches.get(0).names()) {
            length +=
                    addContent(
                            rawField, batches.stream().map(batch -> batch.tensor(name)).toList());
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Cannot send %d rows: the message takes %d bytes, and 2 GiB is the most. Use smaller batches."
                            .formatted(batches.stream().mapToInt(TensorBatch::rows).sum(), length));
        }
    }

    /** One tensor's content, which lies in pieces; its length with the prefix. */
    private long addContent(int rawField, List<Tensor> pieces) {
        long length = pieces.stream().mapToLong(Tensor::byteSize).sum();
        ByteBuffer prefix = prefix(rawField, length);
        parts.add(prefix);
        pieces.forEach(piece -> parts.add(piece.data()));
        return prefix.remaining() + length;
    }

    @Override
    public int available() {
        return parts.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    @Override
    public int read() {
        ByteBuffer part = current();
        return part == null ? -1 : part.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        ByteBuffer part = current();
        if (part == null) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, part.remaining());
        part.get(target, offset, count);
        return count;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int drained = available();
        byte[] chunk = new byte[Math.min(CHUNK, Math.max(1, drained))];
        for (int read = read(chunk, 0, chunk.length);
                read > 0;
                read = read(chunk, 0, chunk.length)) {
            target.write(chunk, 0, read);
        }
        return drained;
    }

    @Override
    public void close() {
        parts.clear();
        Runnable once = onClose;
        onClose = null;
        if (once != null) {
            once.run();
        }
    }

    private ByteBuffer current() {
        while (!parts.isEmpty() && !parts.getFirst().hasRemaining()) {
            parts.removeFirst();
        }
        return parts.peekFirst();
    }

    private static ByteBuffer prefix(int field, long length) {
        int size =
                CodedOutputStream.computeTagSize(field)
                        + CodedOutputStream.computeUInt64SizeNoTag(length);
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt64NoTag(length);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(bytes);
    }
}
