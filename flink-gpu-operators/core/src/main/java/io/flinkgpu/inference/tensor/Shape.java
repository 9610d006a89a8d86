package io.flinkgpu.inference.tensor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;

/** The lengths of a tensor's axes; {@link #UNKNOWN} stands for a length that is not fixed. */
@PublicEvolving
public final class Shape implements Serializable {

    private static final long serialVersionUID = 1L;

    /** An axis whose length the model leaves open, usually the batch axis. */
    public static final long UNKNOWN = -1;

    private static final Shape SCALAR = new Shape(new long[0], true);
    private static final Shape UNKNOWN_RANK = new Shape(new long[0], false);

    private final long[] lengths;
    private final boolean rankKnown;

    private Shape(long[] lengths, boolean rankKnown) {
        this.lengths = lengths;
        this.rankKnown = rankKnown;
    }

    /**
     * A shape with the given axis lengths.
     *
     * @throws IllegalArgumentException if a length is below {@link #UNKNOWN}
     */
    public static Shape of(long... lengths) {
        for (long length : lengths) {
            if (length < UNKNOWN) {
                throw new IllegalArgumentException(
                        "Invalid shape: "
                                + Arrays.toString(lengths)
                                + ". An axis is at least 0, or -1 where its length is open.");
            }
        }
        return new Shape(lengths.clone(), true);
    }

    /** The shape without axes: one element. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** The shape of which nothing is known, not even how many axes it has. */
    public static Shape ofUnknownRank() {
        return UNKNOWN_RANK;
    }

    /** Whether the number of axes is known. */
    public boolean isRankKnown() {
        return rankKnown;
    }

    /**
     * The number of axes.
     *
     * @throws IllegalStateException if it is not known
     */
    public int rank() {
        if (!rankKnown) {
            throw new IllegalStateException("Cannot count axes of shape " + this + ": it is open.");
        }
        return lengths.length;
    }

    /**
     * The length of an axis, counted from 0; -1 if it is open.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public long length(int axis) {
        return lengths[axis];
    }

    /** The lengths of the axes, outermost first, as a copy; -1 where a length is unknown. */
    public long[] toArray() {
        return lengths.clone();
    }

    /** Whether the length of every axis is known. */
    public boolean isKnown() {
        // Asked for each row: no stream.
        for (long length : lengths) {
            if (length == UNKNOWN) {
                return false;
            }
        }
        return rankKnown;
    }

    /**
     * The number of elements.
     *
     * @throws IllegalStateException if an axis is {@link #UNKNOWN} or the rank is
     * @throws ArithmeticException if the product exceeds a long
     */
    public long elements() {
        if (!isKnown()) {
            throw new IllegalStateException(
                    "Cannot count elements of shape " + this + ": an axis is open.");
        }
        long product = 1;
        for (long length : lengths) {
            product = Math.multiplyExact(product, length);
        }
        return product;
    }

    /**
     * This shape behind a leading axis of the given length.
     *
     * @throws IllegalStateException if the rank is not known
     */
    public Shape withLeadingAxis(long length) {
        long[] longer = new long[rank() + 1];
        longer[0] = length;
        System.arraycopy(lengths, 0, longer, 1, lengths.length);
        return Shape.of(longer);
    }

    /**
     * This shape without its leading axis: the shape of one row of a batch.
     *
     * @throws IllegalStateException for a scalar and if the rank is not known
     */
    public Shape withoutLeadingAxis() {
        if (rank() == 0) {
            throw new IllegalStateException("Cannot take a row of a scalar: it has no batch axis.");
        }
        return new Shape(Arrays.copyOfRange(lengths, 1, lengths.length), true);
    }

    /**
     * Whether {@code actual} has this rank and each axis agrees, where this shape fixes rank and
     * axis.
     */
    public boolean accepts(Shape actual) {
        if (!rankKnown) {
            return true;
        }
        if (actual.rank() != rank()) {
            return false;
        }
        for (int axis = 0; axis < lengths.length; axis++) {
            if (lengths[axis] != UNKNOWN && lengths[axis] != actual.lengths[axis]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that
                && rankKnown == that.rankKnown
                && Arrays.equals(lengths, that.lengths);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lengths) + Boolean.hashCode(rankKnown);
    }

    @Override
    public String toString() {
        if (!rankKnown) {
            return "[...]";
        }
        return Arrays.stream(lengths)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
