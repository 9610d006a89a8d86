package io.flinkgpu.connectors.media;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Reads each file of a split as one record, pass by pass; a file of zero bytes too.
 *
 * <p>A position's {@code file} counts the files of all passes.
 *
 * @param concurrentReads how many files of a split are read at once
 * @param passes how often each file is read
 */
record WholeFiles(FileLoader loader, int concurrentReads, int passes)
        implements RecordFormat<FileContent> {

    private static final int MAX_FILES_PER_SPLIT = 256;

    // What an object, its strings and its place in a batch take.
    private static final int OVERHEAD_BYTES = 256;

    @Override
    public RecordFormat.Reader<FileContent> open(FileSplit split) {
        int start = split.position().file();
        List<FoundFile> files = split.files();
        int all = Math.multiplyExact(files.size(), passes);
        Iterator<FoundFile> rest =
                IntStream.range(start, all).mapToObj(i -> files.get(i % files.size())).iterator();
        LoadedFiles loaded =
                concurrentReads == 1
                        ? new LoadedFiles.OneByOne(loader, rest)
                        : new LoadedFiles.ReadAhead(loader, rest, concurrentReads);
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
