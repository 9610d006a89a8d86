package io.flinkgpu.connectors.media;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Reads each file of a split as one record; a file of zero bytes too.
 *
 * @param concurrentReads how many files of a split are read at once
 */
record WholeFiles(FileLoader loader, int concurrentReads) implements RecordFormat<FileContent> {

    private static final int MAX_FILES_PER_SPLIT = 256;

    // What an object, its strings and its place in a batch take.
    private static final int OVERHEAD_BYTES = 256;

    @Override
    public RecordFormat.Reader<FileContent> open(FileSplit split) {
        int start = split.position().file();
        List<FoundFile> files = split.files().subList(start, split.files().size());
        LoadedFiles loaded =
                concurrentReads == 1
                        ? new LoadedFiles.OneByOne(loader, files.iterator())
                        : new LoadedFiles.ReadAhead(loader, files.iterator(), concurrentReads);
        return new Reader(loaded, start);
    }

    @Override
    public TypeInformation<FileContent> type() {
        return FileContent.TYPE;
    }

    @Override
    public int maxFilesPerSplit() {
        return MAX_FILES_PER_SPLIT;
    }

    private static final class Reader implements RecordFormat.Reader<FileContent> {

        private final LoadedFiles files;
        private int filesRead;

        private Reader(LoadedFiles files, int filesRead) {
            this.files = files;
            this.filesRead = filesRead;
        }

        @Nullable
        @Override
        public Positioned<FileContent> read() throws IOException {
            FileContent content = files.next();
            if (content == null) {
                return null;
            }
            filesRead++;
            return new Positioned<>(
                    content,
                    content.modifiedMillis(),
                    OVERHEAD_BYTES + content.content().length,
                    content.failure() != null,
                    ReadPosition.startOf(filesRead));
        }

        @Override
        public void close() {
            files.close();
        }
    }
}
