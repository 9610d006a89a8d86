package io.flinkgpu.connectors.jdbc;

import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Gives the split of a table to the reader that asks first. Coordinator's thread only. */
final class TableEnumerator implements SplitEnumerator<TableSplit, Optional<TableSplit>> {

    private final SplitEnumeratorContext<TableSplit> context;
    private Optional<TableSplit> waiting;

    TableEnumerator(SplitEnumeratorContext<TableSplit> context, Optional<TableSplit> waiting) {
        this.context = context;
        this.waiting = waiting;
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        waiting.ifPresent(split -> context.assignSplit(split, subtask));
        waiting = Optional.empty();
        context.signalNoMoreSplits(subtask);
    }

    @Override
    public void addSplitsBack(List<TableSplit> splits, int subtask) {
        waiting = splits.stream().findFirst().or(() -> waiting);
    }

    @Override
    public void addReader(int subtask) {}

    @Override
    public Optional<TableSplit> snapshotState(long checkpointId) {
        return waiting;
    }

    @Override
    public void close() {}
}
