package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What goes into batches comes out of them, whatever its type, shape and number. */
class TensorBatchPropertyTest {

    private static final long MAX_IDLE_BYTES = 1L << 30;

    /** One input of a model, without the batch axis. */
    record Input(DataType dataType, Shape rowShape) {}

    @Property(tries = 300)
    void splitBatchesJoinedAreTheRows(
            @ForAll("inputs") List<Input> inputs,
            @ForAll @IntRange(min = 1, max = 40) int rowCount,
            @ForAll @IntRange(min = 1, max = 8) int expectedRows,
            @ForAll Random random)
            throws Exception {
        CountingAllocator allocator = new CountingAllocator();
        DirectBufferPool pool = new DirectBufferPool(MAX_IDLE_BYTES, allocator::allocate);
        List<Map<String, byte[]>> rows = new ArrayList<>();
        TensorBatchBuilder builder = new TensorBatchBuilder(pool, expectedRows);
        for (int i = 0; i < rowCount; i++) {
            Map<String, byte[]> row = randomRow(inputs, random);
            rows.add(row);
            assertThat(builder.tryAppend(writer -> write(row, inputs, writer))).isTrue();
        }

        TensorBatch whole = builder.build();
        List<TensorBatch> parts = whole.split(randomCounts(rowCount, random));
        whole.close();

        assertThat(rowsOf(parts, inputs)).usingRecursiveComparison().isEqualTo(rows);
        parts.forEach(TensorBatch::close);
        assertThat(pool.idleBytes()).isEqualTo(allocator.bytes);
    }

    @Property(tries = 200)
    void concatenatedPartsAreTheBatch(
            @ForAll("inputs") @Size(1) List<Input> inputs,
            @ForAll @IntRange(min = 1, max = 40) int rowCount,
            @ForAll Random random)
            throws Exception {
        DirectBufferPool pool = new DirectBufferPool(MAX_IDLE_BYTES);
        TensorBatch whole = batch(inputs, rowCount, random, pool);

        List<Tensor> parts =
                whole.split(randomCounts(rowCount, random)).stream()
                        .map(TensorBatch::onlyTensor)
                        .toList();

        assertThat(Tensor.concatenate(parts, pool)).isEqualTo(whole.onlyTensor());
    }

    @Property(tries = 200)
    void serialisedBatchesAreTheBatch(
            @ForAll("inputs") List<Input> inputs,
            @ForAll @IntRange(min = 1, max = 40) int rowCount,
            @ForAll Random random)
            throws Exception {
        TensorBatch batch = batch(inputs, rowCount, random, new DirectBufferPool(0));
        DataOutputSerializer target = new DataOutputSerializer(64);

        TensorBatchSerializer.INSTANCE.serialize(batch, target);

        DataInputDeserializer source = new DataInputDeserializer(target.getCopyOfBuffer());
        assertThat(TensorBatchSerializer.INSTANCE.deserialize(source)).isEqualTo(batch);
        assertThat(source.available()).isZero();
    }

    @Property(tries = 200)
    void failedRowsLeaveNoTrace(
            @ForAll("inputs") List<Input> inputs,
            @ForAll @IntRange(min = 1, max = 40) int rowCount,
            @ForAll Random random)
            throws Exception {
        DirectBufferPool pool = new DirectBufferPool(MAX_IDLE_BYTES);
        TensorBatchBuilder builder = new TensorBatchBuilder(pool, 4);
        List<Map<String, byte[]>> rows = new ArrayList<>();
        for (int i = 0; i < rowCount; i++) {
            Map<String, byte[]> row = randomRow(inputs, random);
            if (appendOrFail(builder, row, inputs, random)) {
                rows.add(row);
            }
        }

        if (rows.isEmpty()) {
            assertThat(builder.isEmpty()).isTrue();
        } else {
            assertThat(rowsOf(List.of(builder.build()), inputs))
                    .usingRecursiveComparison()
                    .isEqualTo(rows);
        }
    }

    @Provide
    Arbitrary<List<Input>> inputs() {
        Arbitrary<Shape> shapes =
                Arbitraries.longs()
                        .between(0, 4)
                        .list()
                        .ofMaxSize(3)
                        .map(axes -> Shape.of(axes.stream().mapToLong(axis -> axis).toArray()));
        return Combinators.combine(Arbitraries.of(DataType.class), shapes)
                .as(Input::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    private static boolean appendOrFail(
            TensorBatchBuilder builder, Map<String, byte[]> row, List<Input> inputs, Random random)
            throws Exception {
        switch (random.nextInt(3)) {
            case 0 -> {
                return builder.tryAppend(writer -> write(row, inputs, writer));
            }
            case 1 -> {
                try {
                    builder.tryAppend(
                            writer -> {
                                write(row, inputs, writer);
                                throw new IOException("half a row");
                            });
                } catch (IOException expected) {
                    assertThat(expected).hasMessage("half a row");
                }
                return false;
            }
            default -> {
                if (!builder.isEmpty()) {
                    boolean fits =
                            builder.tryAppend(
                                    writer -> {
                                        write(row, inputs, writer);
                                        writer.floats("one input more", 1);
                                    });
                    assertThat(fits).isFalse();
                }
                return false;
            }
        }
    }

    private static TensorBatch batch(
            List<Input> inputs, int rowCount, Random random, DirectBufferPool pool)
            throws Exception {
        TensorBatchBuilder builder = new TensorBatchBuilder(pool, rowCount);
        for (int i = 0; i < rowCount; i++) {
            Map<String, byte[]> row = randomRow(inputs, random);
            builder.tryAppend(writer -> write(row, inputs, writer));
        }
        return builder.build();
    }

    private static void write(Map<String, byte[]> row, List<Input> inputs, TensorRowWriter writer) {
        for (int i = 0; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            String name = "input" + i;
            writer.write(name, input.dataType(), input.rowShape(), ByteBuffer.wrap(row.get(name)));
        }
    }

    private static Map<String, byte[]> randomRow(List<Input> inputs, Random random) {
        Map<String, byte[]> row = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            row.put("input" + i, randomContent(inputs.get(i), random));
        }
        return row;
    }

    private static byte[] randomContent(Input input, Random random) {
        int elements = (int) input.rowShape().elements();
        if (input.dataType().isFixedSize()) {
            byte[] content = new byte[elements * input.dataType().byteSize()];
            random.nextBytes(content);
            return content;
        }
        ByteBuffer content = ByteBuffer.allocate(elements * 24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            byte[] element = new byte[random.nextInt(20)];
            random.nextBytes(element);
            content.putInt(element.length).put(element);
        }
        return bytes(content.flip());
    }

    private static List<Integer> randomCounts(int rowCount, Random random) {
        List<Integer> counts = new ArrayList<>();
        int left = rowCount;
        while (left > 0) {
            int count = random.nextInt(left + 1);
            counts.add(count);
            left -= count;
        }
        return counts;
    }

    private static List<Map<String, byte[]>> rowsOf(List<TensorBatch> parts, List<Input> inputs) {
        List<Map<String, byte[]>> rows = new ArrayList<>();
        for (TensorBatch part : parts) {
            for (int i = 0; i < part.rows(); i++) {
                Map<String, byte[]> row = new LinkedHashMap<>();
                for (int input = 0; input < inputs.size(); input++) {
                    String name = "input" + input;
                    Tensor tensor = part.tensor(name).rows(i, i + 1);
                    assertThat(tensor.dataType()).isEqualTo(inputs.get(input).dataType());
                    assertThat(tensor.shape())
                            .isEqualTo(inputs.get(input).rowShape().withLeadingAxis(1));
                    row.put(name, bytes(tensor.data()));
                    tensor.close();
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    /** Counts what a pool takes from the JVM. */
    private static final class CountingAllocator {
        private long bytes;

        ByteBuffer allocate(int size) {
            bytes += size;
            return ByteBuffer.allocate(size);
        }
    }
}
