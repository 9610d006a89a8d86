package io.flinkgpu.inference.python;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Composes what is said to a worker. Not thread-safe. */
final class FrameWriter {

    private static final byte START = 1;
    private static final byte RUN = 2;

    private final ByteArrayOutputStream fields = new ByteArrayOutputStream();
    private final ByteBuffer number =
            ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private FrameWriter() {}

    private FrameWriter(byte kind) {
        fields.write(kind);
    }

    /** Tells a new worker what to load. */
    static FrameWriter start(Map<String, String> settings) {
        FrameWriter frame = new FrameWriter(START).putInt(settings.size());
        settings.forEach((key, value) -> frame.putText(key).putText(value));
        return frame;
    }

    /**
     * Asks for an answer to a batch.
     *
     * @param segment where the tensors lie; null: behind the frame
     * @param dropped numbers of segments that are not used any more
     */
    static FrameWriter run(
            long number, Segment segment, List<Integer> dropped, List<TensorPlace> tensors) {
        FrameWriter frame = new FrameWriter(RUN).putLong(number);
        if (segment == null) {
            frame.putInt(0).putText("").putLong(0).putLong(0);
        } else {
            frame.putInt(segment.number())
                    .putText(segment.isMapped() ? "" : segment.file().toString())
                    .putLong(segment.capacity())
                    .putLong(TensorLayout.end(tensors));
        }
        frame.putInt(dropped.size());
        dropped.forEach(frame::putInt);
        FrameWriter places = new FrameWriter().putInt(tensors.size());
        tensors.forEach(places::putPlace);
        return frame.putBlock(places.fields.toByteArray());
    }

    /**
     * The frame with its length in front.
     *
     * @param payloadBytes how many bytes are sent after it
     */
    ByteBuffer frame(long payloadBytes) {
        int length = Math.toIntExact(fields.size() + payloadBytes);
        return ByteBuffer.allocate(Integer.BYTES + fields.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .put(fields.toByteArray())
                .flip();
    }

    private void putPlace(TensorPlace tensor) {
        putText(tensor.name()).putText(tensor.dataType().protocolName());
        long[] lengths = tensor.shape().toArray();
        fields.write(lengths.length);
        for (long length : lengths) {
            putLong(length);
        }
        putLong(tensor.offset()).putLong(tensor.byteSize());
    }

    private FrameWriter putText(String text) {
        return putBlock(text.getBytes(StandardCharsets.UTF_8));
    }

    private FrameWriter putBlock(byte[] block) {
        putInt(block.length);
        fields.writeBytes(block);
        return this;
    }

    private FrameWriter putInt(int value) {
        fields.write(number.putInt(0, value).array(), 0, Integer.BYTES);
        return this;
    }

    private FrameWriter putLong(long value) {
        fields.write(number.putLong(0, value).array(), 0, Long.BYTES);
        return this;
    }
}
