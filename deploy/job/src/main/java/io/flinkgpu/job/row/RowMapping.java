package io.flinkgpu.job.row;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.types.Row;

/**
 * Makes rows of an element's output from rows of its input and values that it adds. Immutable.
 *
 * <p>A field of the output is a value that is added, if it has that name, and else the input's
 * field of its name.
 */
@PublicEvolving
public final class RowMapping implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * For each field of the output its place in the input, or the complement of that of a value.
     */
    private final int[] sources;

    /**
     * Looks the fields up by their names.
     *
     * @param added names of the values, in the order in which {@link #row} takes them
     */
    public RowMapping(RowSchema input, List<String> added, RowSchema output) {
        this.sources =
                output.names().stream()
                        .mapToInt(
                                name ->
                                        added.contains(name)
                                                ? ~added.indexOf(name)
                                                : input.indexOf(name))
                        .toArray();
    }

    /** The row of the output. */
    public Row row(Row input, Object... values) {
        Row output = Row.withPositions(sources.length);
        for (int i = 0; i < sources.length; i++) {
            int source = sources[i];
            output.setField(i, source < 0 ? values[~source] : input.getField(source));
        }
        return output;
    }
}
