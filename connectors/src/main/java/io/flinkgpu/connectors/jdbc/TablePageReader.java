package io.flinkgpu.connectors.jdbc;

import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/** Fetches page after page. Used by the source's fetcher thread alone. */
final class TablePageReader<T> implements SplitReader<TablePages.KeyedRow<T>, TableSplit> {

    private final TablePages<T> pages;
    @Nullable private TableSplit split;

    TablePageReader(TablePages<T> pages) {
        this.pages = pages;
    }

    @Override
    public RecordsWithSplitIds<TablePages.KeyedRow<T>> fetch() throws IOException {
        RecordsBySplits.Builder<TablePages.KeyedRow<T>> batch = new RecordsBySplits.Builder<>();
        if (split == null) {
            return batch.build();
        }
        List<TablePages.KeyedRow<T>> page = pages.behind(split.last());
        batch.addAll(split.splitId(), page);
        if (pages.isFull(page)) {
            split = new TableSplit(page.get(page.size() - 1).key());
        } else {
            batch.addFinishedSplit(split.splitId());
            split = null;
        }
        return batch.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<TableSplit> change) {
        split = change.splits().get(0);
    }

    /** A page is waited for. */
    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
}
