package io.flinkgpu.deploy.state;

import io.flinkgpu.inference.operator.InFlightStateReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.annotation.Nullable;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.ExceptionUtils;

/** Lists the rows that the inference operators of a savepoint hold; one subtask at a time. */
final class InFlightListing {

    private final ClassLoader rowClasses;
    private final int limit;

    /**
     * Reads nothing yet.
     *
     * @param rowClasses loads the classes of rows
     * @param limit most rows that are listed of an operator
     */
    InFlightListing(ClassLoader rowClasses, int limit) {
        this.rowClasses = rowClasses;
        this.limit = limit;
    }

    /**
     * The inference operators and their rows, in the order of their names.
     *
     * @param operator uid, name or id of the one to list; null: all
     * @throws IllegalArgumentException if there is no such operator
     * @throws IOException if state cannot be read, or a class of the rows is missing
     */
    List<OperatorInFlight> list(CheckpointMetadata savepoint, @Nullable String operator)
            throws IOException {
        List<OperatorInFlight> all = new ArrayList<>();
        SortedSet<String> titles = new TreeSet<>();
        for (OperatorState state : savepoint.getOperatorStates()) {
            if (isInference(state)) {
                titles.add(describe(state).title());
                if (isMeant(state, operator)) {
                    all.add(read(state));
                }
            }
        }
        if (operator != null && all.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot find inference operator '%s' in the savepoint. %s"
                            .formatted(
                                    operator,
                                    titles.isEmpty()
                                            ? "It has no inference operator."
                                            : "It has: " + String.join(", ", titles) + "."));
        }
        all.sort(Comparator.comparing(OperatorInFlight::title));
        return all;
    }

    private static boolean isInference(OperatorState operator) {
        return operator.getStates().stream()
                .flatMap(subtask -> subtask.getManagedOperatorState().stream())
                .anyMatch(InFlightStateReader::holdsRows);
    }

    private static boolean isMeant(OperatorState state, @Nullable String operator) {
        OperatorInFlight one = describe(state);
        return operator == null || List.of(one.uid(), one.name(), one.id()).contains(operator);
    }

    private static OperatorInFlight describe(OperatorState state) {
        return new OperatorInFlight(
                state.getOperatorID().toHexString(),
                state.getOperatorUid().orElse(""),
                state.getOperatorName().orElse(""),
                state.getParallelism(),
                0,
                List.of());
    }

    private OperatorInFlight read(OperatorState state) throws IOException {
        OperatorInFlight empty = describe(state);
        List<OperatorInFlight.Row> listed = new ArrayList<>();
        long count = 0;
        Map<Integer, OperatorSubtaskState> subtasks = new TreeMap<>(state.getSubtaskStates());
        for (Map.Entry<Integer, OperatorSubtaskState> subtask : subtasks.entrySet()) {
            for (OperatorStateHandle handle : subtask.getValue().getManagedOperatorState()) {
                List<StreamRecord<?>> rows = rows(empty.title(), handle);
                count += rows.size();
                rows.stream()
                        .limit(limit - listed.size())
                        .map(row -> readable(subtask.getKey(), row))
                        .forEach(listed::add);
            }
        }
        return new OperatorInFlight(
                empty.id(), empty.uid(), empty.name(), empty.parallelism(), count, listed);
    }

    private List<StreamRecord<?>> rows(String operator, OperatorStateHandle handle)
            throws IOException {
        if (!InFlightStateReader.holdsRows(handle)) {
            return List.of();
        }
        try {
            return InFlightStateReader.rows(handle, rowClasses);
        } catch (IOException | LinkageError failure) {
            throw new IOException(
                    "Cannot read the rows of '%s': %s.".formatted(operator, reason(failure)),
                    failure);
        }
    }

    private static String reason(Throwable failure) {
        return ExceptionUtils.findThrowable(failure, ClassNotFoundException.class)
                .map(missing -> missing.getMessage())
                .or(
                        () ->
                                ExceptionUtils.findThrowable(failure, NoClassDefFoundError.class)
                                        .map(missing -> missing.getMessage().replace('/', '.')))
                .map("class %s is missing. Give the job's jar with --jar"::formatted)
                .orElseGet(() -> String.valueOf(rootMessage(failure)));
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static OperatorInFlight.Row readable(int subtask, StreamRecord<?> row) {
        return new OperatorInFlight.Row(
                subtask,
                row.hasTimestamp() ? Instant.ofEpochMilli(row.getTimestamp()) : null,
                ReadableValue.of(row.getValue()));
    }
}
