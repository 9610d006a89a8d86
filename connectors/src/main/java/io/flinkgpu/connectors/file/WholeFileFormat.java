package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.SingletonResultIterator;

/**
 * Reads each file of a {@link FileGroup} whole, as one record; a file of zero bytes too.
 *
 * <p>A file that cannot be read or is larger than the limit becomes a record with a {@link
 * ReadFailure}: only an interrupt leaves as an exception. Used by the source's fetcher thread
 * alone.
 */
final class WholeFileFormat implements BulkFormat<FileContent, FileSourceSplit> {

    private final FileLoader loader;

    WholeFileFormat(int maxFileBytes) {
        this.loader = new FileLoader(maxFileBytes, false);
    }

    @Override
    public Reader createReader(Configuration config, FileSourceSplit split) {
        return new Reader(split, 0);
    }

    @Override
    public Reader restoreReader(Configuration config, FileSourceSplit split) {
        long filesRead =
                split.getReaderPosition()
                        .map(CheckpointedPosition::getRecordsAfterOffset)
                        .orElse(0L);
        return new Reader(split, Math.toIntExact(filesRead));
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<FileContent> getProducedType() {
        return FileContent.TYPE;
    }

    /** Hands out one file a batch, so that no more than one is in memory here. */
    final class Reader implements BulkFormat.Reader<FileContent> {

        private final FileSourceSplit split;
        private int filesRead;

        private Reader(FileSourceSplit split, int filesRead) {
            this.split = split;
            this.filesRead = filesRead;
        }

        @Nullable
        @Override
        public RecordIterator<FileContent> readBatch() throws IOException {
            if (filesRead == FileGroup.size(split)) {
                return null;
            }
            FoundFile file = FoundFile.named(FileGroup.file(split, filesRead));
            FileContent content = loader.load(file);
            filesRead++;
            SingletonResultIterator<FileContent> batch = new SingletonResultIterator<>();
            batch.set(content, CheckpointedPosition.NO_OFFSET, filesRead);
            return batch;
        }

        @Override
        public void close() {
            // nothing is held between reads
        }
    }
}
