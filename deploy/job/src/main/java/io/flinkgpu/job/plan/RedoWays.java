package io.flinkgpu.job.plan;

import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.redo.ClaimedRows;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/**
 * Which rows of a redo go which way. A row that failed in one branch has passed the others: it
 * would come out of them twice.
 *
 * <p>Rows that take the same ways are a group, by the elements in which they failed. Its number is
 * in their origin; of rows that have lost that, all ways are open, for what loses it is where they
 * failed or behind it.
 */
final class RedoWays {

    private final Map<Set<Branches.Way>, Set<Set<String>>> groups;

    private RedoWays(Map<Set<Branches.Way>, Set<Set<String>>> groups) {
        this.groups = groups;
    }

    /** Those of a claim; in a file without branches all rows are one group. */
    static RedoWays of(PipelineSpec spec, Path claim) {
        Branches branches = new Branches(spec);
        Set<Branches.Way> ways = branches.ways();
        Map<Set<Branches.Way>, Set<Set<String>>> groups = new LinkedHashMap<>();
        if (ways.isEmpty()) {
            groups.put(Set.of(), ClaimedRows.ALL);
            return new RedoWays(groups);
        }
        for (Set<String> failed : ClaimedRows.failures(claim)) {
            Set<Branches.Way> closed = new HashSet<>(ways);
            closed.removeIf(
                    way ->
                            failed.isEmpty()
                                    || failed.stream().anyMatch(one -> branches.isOpen(way, one)));
            groups.computeIfAbsent(closed, none -> new HashSet<>()).add(failed);
        }
        if (groups.isEmpty()) {
            groups.put(Set.of(), ClaimedRows.ALL);
        }
        return new RedoWays(groups);
    }

    /** The rows of each group, as {@link ClaimedRows#of} takes them. */
    List<Set<Set<String>>> groups() {
        return List.copyOf(groups.values());
    }

    /** Those of some rows that go a way. */
    DataStream<Row> through(
            ElementSpec.Input input, String to, RowSchema schema, DataStream<Row> rows) {
        Set<Integer> closed = closed(new Branches.Way(input.element(), to));
        int origin = schema.indexOf(RowOrigin.FIELD.name());
        if (input.isDeadLetters() || closed.isEmpty() || origin < 0) {
            return rows;
        }
        FilterFunction<Row> isOpen =
                row -> !closed.contains(RowOrigin.group((String) row.getField(origin)));
        return rows.filter(isOpen).name("ways of the redo").setParallelism(rows.getParallelism());
    }

    private Set<Integer> closed(Branches.Way way) {
        Set<Integer> closed = new HashSet<>();
        List<Set<Branches.Way>> all = new ArrayList<>(groups.keySet());
        for (int group = 0; group < all.size(); group++) {
            if (all.get(group).contains(way)) {
                closed.add(group);
            }
        }
        return closed;
    }
}
