package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorBatchBuilderTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 24);
    private final TensorBatchBuilder builder = new TensorBatchBuilder(pool, 4);

    @Test
    void packsRowsOfEachType() throws Exception {
        for (int i = 1; i <= 2; i++) {
            int value = i;
            assertThat(
                            builder.tryAppend(
                                    row -> {
                                        row.floats("floats", value, value + 0.5f);
                                        row.doubles("doubles", value);
                                        row.ints("ints", value);
                                        row.longs("longs", value);
                                        row.uint8("uint8", (byte) value);
                                        row.string("string", "s" + value);
                                        row.bytes("bytes", new byte[value]);
                                    }))
                    .isTrue();
        }

        TensorBatch batch = builder.build();

        assertThat(batch.tensors())
                .isEqualTo(
                        Map.of(
                                "floats", Tensor.ofFloats(Shape.of(2, 2), 1, 1.5f, 2, 2.5f),
                                "doubles", Tensor.ofDoubles(Shape.of(2, 1), 1, 2),
                                "ints", Tensor.ofInts(Shape.of(2, 1), 1, 2),
                                "longs", Tensor.ofLongs(Shape.of(2, 1), 1, 2),
                                "uint8", Tensor.ofUint8(Shape.of(2, 1), (byte) 1, (byte) 2),
                                "string", Tensor.ofStrings(Shape.of(2), "s1", "s2"),
                                "bytes", Tensor.ofBytes(Shape.of(2), new byte[1], new byte[2])));
    }

    @Test
    void namesTheOnlyInput() throws Exception {
        builder.tryAppend(row -> row.floats(1, 2));

        assertThat(builder.build().names()).containsExactly(TensorRowWriter.ONLY_INPUT);
    }

    @Test
    void givesRowsTheirShape() throws Exception {
        builder.tryAppend(row -> row.ints("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6));

        assertThat(builder.build().tensor("x").shape()).isEqualTo(Shape.of(1, 2, 3));
    }

    @Test
    void refusesARowOfAnotherShapeAndKeepsTheBatch() throws Exception {
        builder.tryAppend(row -> row.floats("x", 1, 2));
        long bytes = builder.byteSize();

        assertThat(builder.tryAppend(row -> row.floats("x", 1, 2, 3))).isFalse();
        assertThat(builder.tryAppend(row -> row.ints("x", 1, 2))).isFalse();
        assertThat(builder.tryAppend(row -> row.floats("y", 1, 2))).isFalse();
        assertThat(builder.rows()).isEqualTo(1);
        assertThat(builder.byteSize()).isEqualTo(bytes);

        builder.tryAppend(row -> row.floats("x", 3, 4));
        assertThat(builder.build())
                .isEqualTo(TensorBatch.of("x", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4)));
    }

    @Test
    void refusesARowWhoseSecondInputDiffersAndForgetsItsFirst() throws Exception {
        builder.tryAppend(row -> writeTwo(row, 1, 1));

        assertThat(builder.tryAppend(row -> writeTwo(row, 9, 1, 2))).isFalse();

        builder.tryAppend(row -> writeTwo(row, 2, 2));
        TensorBatch batch = builder.build();
        assertThat(batch.tensor("a").toInts()).containsExactly(1, 2);
        assertThat(batch.tensor("b").toInts()).containsExactly(1, 2);
    }

    @Test
    void refusesARowWithAnInputLessOrMore() throws Exception {
        builder.tryAppend(row -> writeTwo(row, 1, 1));

        assertThat(builder.tryAppend(row -> row.ints("a", 9))).isFalse();
        assertThat(
                        builder.tryAppend(
                                row -> {
                                    writeTwo(row, 9, 9);
                                    row.ints("c", 9);
                                }))
                .isFalse();

        TensorBatch batch = builder.build();
        assertThat(batch.names()).containsExactly("a", "b");
        assertThat(batch.tensor("a").toInts()).containsExactly(1);
    }

    @Test
    void takesARefusedRowAsTheFirstOfTheNextBatch() throws Exception {
        builder.tryAppend(row -> row.floats("x", 1, 2));
        builder.tryAppend(row -> row.ints("y", 1));
        builder.build().close();

        assertThat(builder.tryAppend(row -> row.ints("y", 1))).isTrue();
        assertThat(builder.build().names()).containsExactly("y");
    }

    @Test
    void forgetsARowWhoseEncoderFails() throws Exception {
        builder.tryAppend(row -> writeTwo(row, 1, 1));

        assertThatThrownBy(
                        () ->
                                builder.tryAppend(
                                        row -> {
                                            row.ints("a", 9);
                                            throw new IOException("no such image");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("no such image");

        builder.tryAppend(row -> writeTwo(row, 2, 2));
        assertThat(builder.build().tensor("a").toInts()).containsExactly(1, 2);
    }

    @Test
    void givesTheMemoryOfAFailedFirstRowBack() {
        assertThatThrownBy(
                        () ->
                                builder.tryAppend(
                                        row -> {
                                            row.ints("a", 9);
                                            throw new IOException("no such image");
                                        }))
                .isInstanceOf(IOException.class);

        assertThat(pool.idleBytes()).isEqualTo(1024);
        assertThat(builder.isEmpty()).isTrue();
        assertThat(builder.byteSize()).isZero();
    }

    @Test
    void refusesAnInputThatIsWrittenTwice() throws Exception {
        builder.tryAppend(row -> row.ints("a", 1));

        assertThatThrownBy(
                        () ->
                                builder.tryAppend(
                                        row -> {
                                            row.ints("a", 2);
                                            row.ints("a", 3);
                                        }))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Cannot encode row: input 'a' was written twice.");
        assertThat(builder.build().tensor("a").toInts()).containsExactly(1);
    }

    @Test
    void refusesARowWithoutInputs() throws Exception {
        String message = "Cannot encode row: the encoder wrote no input. Write at least one.";

        assertThatThrownBy(() -> builder.tryAppend(row -> {}))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(message);

        builder.tryAppend(row -> row.ints("a", 1));
        assertThatThrownBy(() -> builder.tryAppend(row -> {}))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(message);
        assertThat(builder.rows()).isEqualTo(1);
    }

    @Test
    void refusesValuesThatAreNotAsManyAsTheShapeSays() {
        assertThatThrownBy(() -> builder.tryAppend(row -> row.floats("x", Shape.of(3), 1, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid row of float32[3]: 8 bytes. It takes 12.");
        assertThatThrownBy(() -> builder.tryAppend(row -> row.strings("x", Shape.of(3), "1")))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid row of bytes[3]: 1 elements. It takes 3.");
        assertThatThrownBy(
                        () ->
                                builder.tryAppend(
                                        row ->
                                                row.write(
                                                        "x",
                                                        DataType.FLOAT16,
                                                        Shape.of(2),
                                                        ByteBuffer.allocate(3))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid row of float16[2]: 3 bytes. It takes 4.");
        assertThat(builder.isEmpty()).isTrue();
    }

    @Test
    void refusesBytesThatAreNotByteStrings() {
        assertThatThrownBy(
                        () ->
                                builder.tryAppend(
                                        row ->
                                                row.write(
                                                        "x",
                                                        DataType.BYTES,
                                                        Shape.of(1),
                                                        ByteBuffer.wrap(new byte[] {9, 0, 0, 0}))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid bytes tensor: element 0 of 1 is cut off at byte 4.");
    }

    @Test
    void leavesTheCallersBufferAsItWas() throws Exception {
        ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}).position(1).limit(3);

        builder.tryAppend(row -> row.write("x", DataType.UINT8, Shape.of(2), data));

        assertThat(data.position()).isEqualTo(1);
        assertThat(builder.build().tensor("x").uint8s(0, 2)).containsExactly(1, 2);
    }

    @Test
    void growsBeyondTheExpectedRows() throws Exception {
        float[] row = new float[300];
        for (int i = 0; i < 50; i++) {
            row[299] = i;
            builder.tryAppend(writer -> writer.floats(row));
        }

        TensorBatch batch = builder.build();

        assertThat(batch.rows()).isEqualTo(50);
        for (int i = 0; i < 50; i++) {
            assertThat(batch.onlyTensor().floats(i * 300 + 299, 1)).containsExactly(i);
        }
        batch.close();
        assertThat(pool.idleBytes()).as("every buffer came back").isGreaterThan(50 * 1200);
    }

    @Test
    void keepsNoMemoryForRowsThatDidNotCome() throws Exception {
        int rowBytes = 64 << 10;
        TensorBatchBuilder ofManyRows = new TensorBatchBuilder(pool, 32);
        for (int batch = 0; batch < 3; batch++) {
            ofManyRows.tryAppend(row -> row.ints("x", new int[rowBytes / Integer.BYTES]));
            TensorBatch unused = ofManyRows.build();
        }

        assertThat(pool.borrowedBytes()).as("three rows").isEqualTo(3L * rowBytes);
        assertThat(pool.idleBytes()).as("room for 32, used again").isEqualTo(32L * rowBytes);
    }

    @Test
    void keepsItsMemoryWhereMostOfItIsUsed() throws Exception {
        int rowBytes = 64 << 10;
        TensorBatchBuilder ofFourRows = new TensorBatchBuilder(pool, 4);
        for (int row = 0; row < 3; row++) {
            ofFourRows.tryAppend(writer -> writer.ints("x", new int[rowBytes / Integer.BYTES]));
        }
        TensorBatch unused = ofFourRows.build();

        assertThat(pool.borrowedBytes()).isEqualTo(4L * rowBytes);
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void growsWithLongerAndLongerStrings() throws Exception {
        for (int i = 0; i < 12; i++) {
            String text = "x".repeat(1 << i);
            builder.tryAppend(row -> row.string("text", text));
        }

        String[] texts = builder.build().onlyTensor().toStrings();

        assertThat(texts).hasSize(12);
        assertThat(texts[11]).isEqualTo("x".repeat(2048));
    }

    @Test
    void takesALargeRowThoughTheExpectedRowsWouldExceedTheLargestTensor() throws Exception {
        TensorBatchBuilder ofManyRows = new TensorBatchBuilder(pool, 1_000_000);
        ByteBuffer row = ByteBuffer.allocate(5_000);

        boolean appended =
                ofManyRows.tryAppend(
                        writer -> writer.write("x", DataType.UINT8, Shape.of(5_000), row));

        assertThat(appended).isTrue();
        assertThat(ofManyRows.byteSize()).isEqualTo(5_000);
    }

    @Test
    void startsOverAfterBuildingOrDiscarding() throws Exception {
        builder.tryAppend(row -> row.ints("a", 1));
        builder.discard();
        assertThat(builder.isEmpty()).isTrue();
        assertThat(pool.idleBytes()).isEqualTo(1024);

        builder.tryAppend(row -> row.ints("a", 2));
        TensorBatch batch = builder.build();
        assertThat(batch.onlyTensor().toInts()).containsExactly(2);
        assertThat(builder.isEmpty()).isTrue();
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build a batch: no row was appended.");
    }

    @Test
    void keepsBuiltBatchesApart() throws Exception {
        builder.tryAppend(row -> row.ints("a", 1));
        TensorBatch first = builder.build();
        builder.tryAppend(row -> row.ints("a", 2));
        TensorBatch second = builder.build();

        assertThat(first.onlyTensor().toInts()).containsExactly(1);
        assertThat(second.onlyTensor().toInts()).containsExactly(2);
    }

    @Test
    void packsRowsWithoutElements() throws Exception {
        builder.tryAppend(row -> row.floats("x", Shape.of(0)));
        builder.tryAppend(row -> row.floats("x", Shape.of(0)));

        assertThat(builder.build().tensor("x").shape()).isEqualTo(Shape.of(2, 0));
    }

    private static void writeTwo(TensorRowWriter row, int a, int... b) {
        row.ints("a", a);
        row.ints("b", b);
    }
}
