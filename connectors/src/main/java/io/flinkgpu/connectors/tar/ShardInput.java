package io.flinkgpu.connectors.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * The bytes of a shard's file; it notes whether the file system failed to give them, so that this
 * is never taken for damage of the archive.
 */
final class ShardInput extends FilterInputStream {

    private final FSDataInputStream file;
    private boolean hasFailed;

    private ShardInput(FSDataInputStream file) {
        super(file);
        this.file = file;
    }

    static ShardInput open(Path shard) throws IOException {
        return new ShardInput(shard.getFileSystem().open(shard));
    }

    void seek(long offset) throws IOException {
        try {
            file.seek(offset);
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            throw e;
        }
    }

    boolean hasFailed() {
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
