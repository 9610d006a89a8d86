package io.flinkgpu.connectors.media;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.annotation.Nullable;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/** The contents of files, in their order. Used by one thread. */
interface LoadedFiles {

    /** The next one, or null behind the last. */
    @Nullable
    FileContent next() throws IOException;

    /** Ends reading. */
    void close();

    /** Loads a file when it is asked for. */
    record OneByOne(FileLoader loader, Iterator<FoundFile> files) implements LoadedFiles {

        @Nullable
        @Override
        public FileContent next() throws IOException {
            return files.hasNext() ? loader.load(files.next()) : null;
        }

        @Override
        public void close() {
            // nothing is held between files
        }
    }

    /** Loads the next few files on threads of its own. */
    final class ReadAhead implements LoadedFiles {

        private final FileLoader loader;
        private final Iterator<FoundFile> files;
        private final int ahead;
        private final ExecutorService threads;
        private final Queue<Future<FileContent>> loading = new ArrayDeque<>();

        ReadAhead(FileLoader loader, Iterator<FoundFile> files, int ahead) {
            this.loader = loader;
            this.files = files;
            this.ahead = ahead;
            this.threads =
                    Executors.newFixedThreadPool(
                            ahead, new ExecutorThreadFactory("media-files-read-ahead"));
        }

        @Nullable
        @Override
        public FileContent next() throws IOException {
            while (loading.size() < ahead && files.hasNext()) {
                FoundFile file = files.next();
                loading.add(threads.submit(() -> loader.load(file)));
            }
            Future<FileContent> first = loading.poll();
            return first == null ? null : await(first);
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }

        private static FileContent await(Future<FileContent> content) throws IOException {
            try {
                return content.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException)
                        new InterruptedIOException("Interrupted while files are read.")
                                .initCause(e);
            } catch (ExecutionException e) {
                throw new IOException("Cannot read ahead: " + e.getCause(), e.getCause());
            }
        }
    }
}
