package io.flinkgpu.inference.batching;

import io.flinkgpu.inference.fault.Deadline;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Rows that are sent to a model together, perhaps more than once.
 *
 * @param rows at least one
 * @param deadline of the oldest row
 * @param tries how often they have been sent, the time at hand included
 * @param losses how many devices have been lost in their runs
 * @param search that they are a part of; null: none
 */
@Internal
public record Batch<R>(
        List<R> rows, Deadline deadline, int tries, int losses, @Nullable BadRowSearch<R> search) {

    /** Rows that are sent for the first time. */
    public static <R> Batch<R> first(List<R> rows, Deadline deadline) {
        return new Batch<>(rows, deadline, 1, 0, null);
    }

    /** The same rows, sent once more. */
    public Batch<R> again() {
        return new Batch<>(rows, deadline, tries + 1, losses, search);
    }

    /** Whether its rows have not been sent before. */
    public boolean isFirst() {
        return tries == 1 && search == null;
    }

    /** How many rows there are. */
    public int size() {
        return rows.size();
    }

    /** The rows from {@code from} to before {@code to}, as a part of a search. */
    Batch<R> part(int from, int to, BadRowSearch<R> partOf) {
        return new Batch<>(rows.subList(from, to), deadline, 1, losses, partOf);
    }

    /** One row, alone after a device has been lost in its run. */
    Batch<R> afterLoss(int row, BadRowSearch<R> partOf) {
        return new Batch<>(rows.subList(row, row + 1), deadline, 1, losses + 1, partOf);
    }

    /** Whether they are to run in a device batch of their own: they may have cost a device. */
    public boolean isAlone() {
        return losses > 0;
    }
}
