package io.flinkgpu.inference.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Named tensors whose leading axis is the batch axis: what one run of a model takes or gives.
 *
 * <p>Each tensor has shape {@code [batch, ...]} with the same {@code batch}, which is {@link
 * #rows()}. The owner of a batch closes it, which closes its tensors.
 */
@PublicEvolving
@TypeInfo(TensorBatchTypeInfoFactory.class)
public final class TensorBatch implements AutoCloseable {

    private final Map<String, Tensor> tensors;
    private final int rows;

    private TensorBatch(Map<String, Tensor> tensors, int rows) {
        this.tensors = tensors;
        this.rows = rows;
    }

    /**
     * A batch of the given tensors, in their order, which it owns from here on.
     *
     * @throws ShapeMismatchException if there is no tensor, one is a scalar, or their leading axes
     *     differ
     */
    public static TensorBatch of(Map<String, Tensor> tensors) {
        int rows = -1;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Shape shape = entry.getValue().shape();
            if (shape.rank() == 0 || (rows >= 0 && shape.length(0) != rows)) {
                throw new ShapeMismatchException(
                        "Invalid batch: tensor '%s' has shape %s. %s"
                                .formatted(entry.getKey(), shape, expectedLeadingAxis(rows)));
            }
            rows = Math.toIntExact(shape.length(0));
        }
        if (rows < 0) {
            throw new ShapeMismatchException("Invalid batch: no tensor. It needs at least one.");
        }
        return new TensorBatch(Collections.unmodifiableMap(new LinkedHashMap<>(tensors)), rows);
    }

    /** A batch of one tensor, whose first axis is the row; the batch owns it. */
    public static TensorBatch of(String name, Tensor tensor) {
        return of(Map.of(name, tensor));
    }

    /**
     * Rows {@code [from, to)} of all parts taken together, without a copy; the caller closes the
     * slices.
     *
     * @param parts one after the other
     */
    public static List<TensorBatch> slice(List<TensorBatch> parts, int from, int to) {
        List<TensorBatch> slices = new ArrayList<>();
        int start = 0;
        for (TensorBatch part : parts) {
            int first = Math.max(0, from - start);
            int last = Math.min(part.rows(), to - start);
            if (first < last) {
                slices.add(part.slice(first, last));
            }
            start += part.rows();
        }
        return slices;
    }

    /**
     * The rows of all parts in one batch of the pool.
     *
     * @param parts at least one, all with the same tensors
     * @throws ShapeMismatchException if a part's tensors differ from the first one's
     */
    public static TensorBatch concatenate(List<TensorBatch> parts, DirectBufferPool pool) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (String name : parts.get(0).names()) {
            List<Tensor> pieces = parts.stream().map(piece -> piece.tensor(name)).toList();
            joined.put(name, Tensor.concatenate(pieces, pool));
        }
        return of(joined);
    }

    /** Length of the batch axis. */
    public int rows() {
        return rows;
    }

    /** The names of the tensors, in the order of {@link #tensors()}. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** The tensors by name, each of shape {@code [batch, ...]}; the batch owns them. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * The tensor of that name.
     *
     * @throws ShapeMismatchException if there is none
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ShapeMismatchException(
                    "Invalid tensor name: '" + name + "'. The batch has " + names() + ".");
        }
        return tensor;
    }

    /**
     * The only tensor.
     *
     * @throws ShapeMismatchException if there are several
     */
    public Tensor onlyTensor() {
        if (tensors.size() != 1) {
            throw new ShapeMismatchException(
                    "Cannot choose a tensor: the batch has " + names() + ". Name the one to use.");
        }
        return tensors.values().iterator().next();
    }

    /** The bytes of all tensors. */
    public long byteSize() {
        return tensors.values().stream().mapToLong(Tensor::byteSize).sum();
    }

    /**
     * Rows {@code [from, to)}, sharing memory; the caller closes the slice.
     *
     * @throws IndexOutOfBoundsException if the batch does not have these rows
     */
    public TensorBatch slice(int from, int to) {
        if (from < 0 || to < from || to > rows) {
            throw new IndexOutOfBoundsException(
                    "Invalid rows: [%d, %d). The batch has %d.".formatted(from, to, rows));
        }
        Map<String, Tensor> slices = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> slices.put(name, tensor.rows(from, to)));
        return new TensorBatch(Collections.unmodifiableMap(slices), to - from);
    }

    /**
     * Slices of the given numbers of rows, first rows first; the caller closes each.
     *
     * @throws IllegalArgumentException if a number is negative or they do not add up to all rows
     */
    public List<TensorBatch> split(List<Integer> rowCounts) {
        long total = rowCounts.stream().mapToLong(Integer::longValue).sum();
        if (total != rows || rowCounts.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    "Invalid row counts: %s. They must add up to the batch's %d rows."
                            .formatted(rowCounts, rows));
        }
        List<TensorBatch> parts = new ArrayList<>(rowCounts.size());
        int from = 0;
        for (int count : rowCounts) {
            parts.add(slice(from, from + count));
            from += count;
        }
        return parts;
    }

    /** Whether both batches have the same names, element types and shapes of a row. */
    public boolean hasSameRowsAs(TensorBatch other) {
        if (!names().equals(other.names())) {
            return false;
        }
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            if (!entry.getValue().hasSameRowsAs(other.tensors.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorBatch that && tensors.equals(that.tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    @Override
    public String toString() {
        return tensors.toString();
    }

    private static String expectedLeadingAxis(int rows) {
        return rows < 0 ? "It needs a batch axis." : "Its batch axis must be " + rows + ".";
    }
}
