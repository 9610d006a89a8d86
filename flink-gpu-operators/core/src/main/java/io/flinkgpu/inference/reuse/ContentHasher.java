package io.flinkgpu.inference.reuse;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.flink.annotation.Internal;

/**
 * Hashes what rows are.
 *
 * <p>The first 128 bits of SHA-256 (FIPS 180-4): rows may come from strangers, and nobody can make
 * one that gets the answer of another. Not thread-safe.
 */
@Internal
public final class ContentHasher {

    private static final int CHUNK_BYTES = 1 << 13;

    private final MessageDigest digest = sha256();
    private final ByteBuffer chunk =
            ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final TensorRowWriter inputs = new InputDigest();

    /**
     * The hash of a row's inputs: of their names, types, shapes and values, in the order in which
     * they are written.
     *
     * @throws Exception what the encoder throws
     */
    public ContentHash ofInputs(TensorBatchBuilder.RowEncoder encoder) throws Exception {
        digest.reset();
        encoder.encode(inputs);
        return finish();
    }

    /** The hash of bytes. */
    public ContentHash of(byte[] bytes) {
        digest.reset();
        digest.update(bytes);
        return finish();
    }

    /** The hash of texts, in their order. */
    public ContentHash of(String... texts) {
        digest.reset();
        for (String text : texts) {
            put(text);
        }
        return finish();
    }

    private ContentHash finish() {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new ContentHash(hash.getLong(), hash.getLong());
    }

    /** With its length in front, so that two texts are told from one. */
    private void put(String text) {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(byte[] bytes) {
        digest.update(chunk.clear().putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Cannot hash rows: this Java has no SHA-256.", missing);
        }
    }

    /** Takes in what an encoder writes. Values are hashed little-endian, whatever wrote them. */
    private final class InputDigest implements TensorRowWriter {

        @Override
        public void write(String input, DataType dataType, Shape rowShape, ByteBuffer data) {
            head(input, dataType, rowShape);
            digest.update(data.duplicate());
        }

        @Override
        public void floats(String input, Shape rowShape, float... values) {
            head(input, DataType.FLOAT32, rowShape);
            for (int from = 0; from < values.length; ) {
                int count = Math.min(values.length - from, CHUNK_BYTES / Float.BYTES);
                chunk.clear().asFloatBuffer().put(values, from, count);
                take(count * Float.BYTES);
                from += count;
            }
        }

        @Override
        public void doubles(String input, Shape rowShape, double... values) {
            head(input, DataType.FLOAT64, rowShape);
            for (int from = 0; from < values.length; ) {
                int count = Math.min(values.length - from, CHUNK_BYTES / Double.BYTES);
                chunk.clear().asDoubleBuffer().put(values, from, count);
                take(count * Double.BYTES);
                from += count;
            }
        }

        @Override
        public void ints(String input, Shape rowShape, int... values) {
            head(input, DataType.INT32, rowShape);
            for (int from = 0; from < values.length; ) {
                int count = Math.min(values.length - from, CHUNK_BYTES / Integer.BYTES);
                chunk.clear().asIntBuffer().put(values, from, count);
                take(count * Integer.BYTES);
                from += count;
            }
        }

        @Override
        public void longs(String input, Shape rowShape, long... values) {
            head(input, DataType.INT64, rowShape);
            for (int from = 0; from < values.length; ) {
                int count = Math.min(values.length - from, CHUNK_BYTES / Long.BYTES);
                chunk.clear().asLongBuffer().put(values, from, count);
                take(count * Long.BYTES);
                from += count;
            }
        }

        @Override
        public void strings(String input, Shape rowShape, String... values) {
            head(input, DataType.BYTES, rowShape);
            for (String value : values) {
                put(value);
            }
        }

        @Override
        public void bytes(String input, Shape rowShape, byte[]... values) {
            head(input, DataType.BYTES, rowShape);
            for (byte[] value : values) {
                put(value);
            }
        }

        private void head(String input, DataType dataType, Shape rowShape) {
            put(input);
            put(dataType.protocolName());
            chunk.clear().putInt(rowShape.rank());
            take(Integer.BYTES);
            for (int axis = 0; axis < rowShape.rank(); axis++) {
                chunk.clear().putLong(rowShape.length(axis));
                take(Long.BYTES);
            }
        }

        private void take(int bytes) {
            digest.update(chunk.array(), 0, bytes);
        }
    }
}
