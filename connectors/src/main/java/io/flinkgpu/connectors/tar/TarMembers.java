package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.source.FileInput;
import io.flinkgpu.connectors.source.ReadPosition;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.annotation.Nullable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The regular files of a tar archive, one after the other: USTAR, PAX and GNU, plain or gzip.
 *
 * <p>A plain archive can be read from behind any member on. A header that PAX gives to all members
 * at an archive's start is not known then; those of common tools say nothing about names or sizes.
 * Not thread-safe.
 */
final class TarMembers implements Closeable {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

    private final CountedInput bytes;
    private final TarArchiveInputStream archive;
    private final boolean isPlain;

    /** Where the current member's records end, or the first member's begin. */
    private long end;

    @Nullable private TarArchiveEntry current;
    @Nullable private String lastName;

    private TarMembers(InputStream bytes, boolean isPlain, long offset) {
        this.bytes = new CountedInput(bytes, offset);
        this.archive = new TarArchiveInputStream(this.bytes, StandardCharsets.UTF_8.name());
        this.isPlain = isPlain;
        this.end = offset;
    }

    /**
     * The members of an open file, which is closed with them.
     *
     * @param offset behind a member of a plain archive, or 0
     */
    static TarMembers of(FileInput file, long offset) throws IOException {
        if (offset > 0) {
            file.seek(offset);
        }
        BufferedInputStream buffered = new BufferedInputStream(file, BUFFER_BYTES);
        boolean isPlain = offset > 0 || !isGzip(buffered);
        InputStream bytes = isPlain ? buffered : new GzipCompressorInputStream(buffered, true);
        return new TarMembers(bytes, isPlain, offset);
    }

    /**
     * Goes to the next regular file; false behind the last.
     *
     * @throws IOException if the archive is damaged or cut off, or its file cannot be read
     */
    boolean next() throws IOException {
        do {
            current = nextEntry();
            if (current == null) {
                requireEnd();
                return false;
            }
            lastName = current.getName();
            if (current.isSparse()) {
                throw new IOException("It is sparse, which a shard's members must not be.");
            }
            long size = current.getSize();
            end = bytes.position() + (size + RECORD - 1) / RECORD * RECORD;
        } while (!isRegular(current));
        return true;
    }

    /** The current member's name with its directories. */
    String name() {
        return current.getName();
    }

    /** The current member's size in bytes, as its header says. */
    long size() {
        return current.getSize();
    }

    /**
     * The current member's bytes.
     *
     * @throws EOFException if the archive ends before
     */
    byte[] read() throws IOException {
        byte[] content = new byte[(int) size()];
        int read = archive.readNBytes(content, 0, content.length);
        if (read < content.length) {
            throw new EOFException("It has %d of %d bytes.".formatted(read, content.length));
        }
        return content;
    }

    /** The offset behind the current member, if reading can begin there. */
    long end() {
        return isPlain ? end : ReadPosition.UNKNOWN_OFFSET;
    }

    /** Where the archive has been read up to, for a message. */
    String place() {
        return lastName == null ? "from its start" : "at member '" + lastName + "' or behind it";
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }

    @Nullable
    private TarArchiveEntry nextEntry() throws IOException {
        try {
            return archive.getNextEntry();
        } catch (RuntimeException e) {
            throw new IOException("Its header is damaged: " + e.getMessage(), e);
        }
    }

    /** Two records of zeros end an archive; else one that is cut off would look whole. */
    private void requireEnd() throws IOException {
        if (bytes.position() < end + RECORD) {
            throw new EOFException("The records are missing that end an archive.");
        }
        if (!isPlain) {
            bytes.transferTo(OutputStream.nullOutputStream()); // until the checksum is compared
        }
    }

    private static boolean isRegular(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isLink()
                && !entry.isSymbolicLink()
                && !entry.isFIFO()
                && !entry.isBlockDevice()
                && !entry.isCharacterDevice();
    }

    /** RFC 1952, 2.3.1. */
    private static boolean isGzip(BufferedInputStream in) throws IOException {
        in.mark(2);
        boolean isGzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return isGzip;
    }
}
