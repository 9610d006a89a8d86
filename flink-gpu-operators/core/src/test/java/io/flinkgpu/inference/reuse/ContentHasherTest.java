package io.flinkgpu.inference.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorBatchBuilder.RowEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentHasherTest {

    private final ContentHasher hasher = new ContentHasher();

    /** SHA-256 of "abc", from FIPS 180-2, appendix B.1. */
    @Test
    void isTheFirstHalfOfSha256() {
        assertThat(hasher.of("abc".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(new ContentHash(0xba7816bf8f01cfeaL, 0x414140de5dae2223L));
    }

    @Test
    void isTheSameForEqualInputsHoweverTheyAreWritten() throws Exception {
        float[] values = new float[5_000];
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 7f;
            bytes.putFloat(values[i]);
        }
        bytes.flip();

        assertThat(inputs(row -> row.floats("x", values)))
                .isEqualTo(
                        inputs(
                                row ->
                                        row.write(
                                                "x",
                                                DataType.FLOAT32,
                                                Shape.of(values.length),
                                                bytes)));
        assertThat(bytes.remaining()).isEqualTo(values.length * Float.BYTES);
    }

    @Test
    void tellsInputsApartByAllThatTheyAre() throws Exception {
        Set<ContentHash> hashes = new HashSet<>();
        hashes.add(inputs(row -> row.floats("x", 1, 2)));
        hashes.add(inputs(row -> row.floats("y", 1, 2)));
        hashes.add(inputs(row -> row.floats("x", 2, 1)));
        hashes.add(inputs(row -> row.floats("x", Shape.of(2, 1), 1, 2)));
        hashes.add(inputs(row -> row.floats("x", Shape.of(1, 2), 1, 2)));
        hashes.add(inputs(row -> row.doubles("x", 1, 2)));
        hashes.add(inputs(row -> row.ints("x", 1, 2)));
        hashes.add(inputs(row -> row.longs("x", 1, 2)));
        hashes.add(inputs(row -> row.strings("x", "ab", "c")));
        hashes.add(inputs(row -> row.strings("x", "a", "bc")));
        hashes.add(inputs(row -> row.uint8("x", (byte) 1, (byte) 2)));

        assertThat(hashes).hasSize(11);
    }

    @Test
    void startsAnewAfterAnEncoderThatFailed() throws Exception {
        ContentHash hash = inputs(row -> row.longs("x", 1));

        assertThat(
                        catchThrowable(
                                () ->
                                        inputs(
                                                row -> {
                                                    row.longs("x", 2);
                                                    throw new IllegalStateException("half");
                                                })))
                .hasMessage("half");
        assertThat(inputs(row -> row.longs("x", 1))).isEqualTo(hash);
    }

    @Test
    void spreadsRowsOverTheShards() throws Exception {
        Set<Integer> shards = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            shards.add(inputs(row -> row.ints("x", number)).shard());
        }

        // 1,000 of 32,768 at random: 15 pairs expected
        assertThat(shards).hasSizeGreaterThan(950);
        assertThat(shards).allMatch(shard -> shard >= 0 && shard < ContentHash.SHARDS);
    }

    private ContentHash inputs(RowEncoder encoder) throws Exception {
        return hasher.ofInputs(encoder);
    }
}
