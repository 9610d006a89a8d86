package io.flinkgpu.connectors.jdbc;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/** Reads the split of a table, if this subtask gets it. Task thread only. */
final class TableReader<T>
        extends SingleThreadMultiplexSourceReaderBase<
                TablePages.KeyedRow<T>, T, TableSplit, TableReader.Progress> {

    /** How far the split has been emitted. */
    static final class Progress {
        private TableSplit split;

        private Progress(TableSplit split) {
            this.split = split;
        }
    }

    TableReader(TablePages<T> pages, SourceReaderContext context) {
        super(
                () -> new TablePageReader<>(pages),
                (keyed, output, progress) -> {
                    output.collect(keyed.row());
                    progress.split = new TableSplit(keyed.key());
                },
                context.getConfiguration(),
                context);
    }

    /** Asks with a restored split, too: the answer says that no other one follows. */
    @Override
    public void start() {
        context.sendSplitRequest();
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> finished) {}

    @Override
    protected Progress initializedState(TableSplit split) {
        return new Progress(split);
    }

    @Override
    protected TableSplit toSplitType(String id, Progress progress) {
        return progress.split;
    }
}
