package io.flinkgpu.connectors.video;

import java.io.IOException;
import java.io.InputStream;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A file as JavaCV reads it: it goes to a place by {@link #reset}, to the start, and {@link #skip}.
 * Notes whether the file system failed, which FFmpeg takes for the end of the file.
 */
final class SeekableFile extends InputStream {

    private final FSDataInputStream file;
    private final long length;
    @Nullable private IOException failure;

    private SeekableFile(FSDataInputStream file, long length) {
        this.file = file;
        this.length = length;
    }

    static SeekableFile open(Path path) throws IOException {
        FileSystem fileSystem = path.getFileSystem();
        long length = fileSystem.getFileStatus(path).getLen();
        return new SeekableFile(fileSystem.open(path), length);
    }

    long length() {
        return length;
    }

    /**
     * Fails as the file system did, if it did.
     *
     * @throws IOException if a call before has failed
     */
    void requireWorked() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return file.read();
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
        try {
            return file.read(target, from, count);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            long position = file.getPos();
            long skipped = Math.max(0, Math.min(count, length - position));
            file.seek(position + skipped);
            return skipped;
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public int available() {
        return 0;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    /** The mark is always the start of the file. */
    @Override
    public synchronized void mark(int limit) {}

    @Override
    public synchronized void reset() throws IOException {
        try {
            file.seek(0);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private IOException noted(IOException e) {
        failure = e;
        return e;
    }
}
