package io.flinkgpu.inference.python;

import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the tensors of a batch lie one behind the other in a block of memory, each at a multiple of
 * {@value #ALIGNMENT} bytes.
 */
final class TensorLayout {

    /** Suits vector instructions. */
    static final int ALIGNMENT = 64;

    private TensorLayout() {}

    /**
     * The places of a batch's tensors.
     *
     * @param parts one after the other, with the same rows; at least one
     */
    static List<TensorPlace> of(List<TensorBatch> parts) {
        List<TensorPlace> places = new ArrayList<>();
        long rows = parts.stream().mapToLong(TensorBatch::rows).sum();
        long at = 0;
        for (Map.Entry<String, Tensor> entry : parts.get(0).tensors().entrySet()) {
            String name = entry.getKey();
            Tensor first = entry.getValue();
            long bytes = parts.stream().mapToLong(part -> part.tensor(name).byteSize()).sum();
            Shape shape = first.shape().withoutLeadingAxis().withLeadingAxis(rows);
            places.add(new TensorPlace(name, first.dataType(), shape, at, bytes));
            at = aligned(at + bytes);
        }
        return places;
    }

    /** Where the next block may begin. */
    static long end(List<TensorPlace> places) {
        return places.stream()
                .mapToLong(place -> aligned(place.offset() + place.byteSize()))
                .max()
                .orElse(0);
    }

    /** Copies the batch to its places. */
    static void write(List<TensorPlace> places, List<TensorBatch> parts, ByteBuffer memory) {
        for (TensorPlace place : places) {
            ByteBuffer target = memory.duplicate().position(Math.toIntExact(place.offset()));
            parts.forEach(part -> target.put(part.tensor(place.name()).data()));
        }
    }

    /** The bytes of the batch as a worker expects them behind a frame. */
    static List<ByteBuffer> buffers(List<TensorPlace> places, List<TensorBatch> parts) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (TensorPlace place : places) {
            parts.forEach(part -> buffers.add(part.tensor(place.name()).data()));
            long end = place.offset() + place.byteSize();
            buffers.add(ByteBuffer.allocate((int) (aligned(end) - end)));
        }
        return buffers;
    }

    /** A batch with copies of the tensors at their places. */
    static TensorBatch read(List<TensorPlace> places, ByteBuffer memory) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try {
            for (TensorPlace place : places) {
                ByteBuffer content =
                        memory.slice(
                                Math.toIntExact(place.offset()), Math.toIntExact(place.byteSize()));
                tensors.put(
                        place.name(),
                        Tensor.copyOf(
                                place.dataType(),
                                place.shape(),
                                content,
                                DirectBufferPool.ofProcess()));
            }
            return TensorBatch.of(tensors);
        } catch (RuntimeException | OutOfMemoryError failure) {
            tensors.values().forEach(Tensor::close);
            throw failure;
        }
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
