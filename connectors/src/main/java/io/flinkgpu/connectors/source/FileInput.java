package io.flinkgpu.connectors.source;

import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * The bytes of a file; it notes whether the file system failed to give them, so that this is never
 * taken for damage of the content.
 */
@Internal
public final class FileInput extends FilterInputStream {

    private final FSDataInputStream file;
    private boolean hasFailed;

    private FileInput(FSDataInputStream file) {
        super(file);
        this.file = file;
    }

    /** Opens a file at its start. */
    public static FileInput open(Path path) throws IOException {
        return new FileInput(path.getFileSystem().open(path));
    }

    /** Goes to a byte of the file. */
    public void seek(long offset) throws IOException {
        try {
            file.seek(offset);
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    /** The byte of the file that is read next. */
    public long position() throws IOException {
        try {
            return file.getPos();
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    /** Whether the file system failed so far. */
    public boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        try {
            return in.read(target, from, length);
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            return in.skip(count);
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
