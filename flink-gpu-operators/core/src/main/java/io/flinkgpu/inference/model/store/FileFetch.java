package io.flinkgpu.inference.model.store;

import io.flinkgpu.inference.process.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the files of one model into a directory, each from where an earlier attempt stopped.
 *
 * <p>One thread.
 */
final class FileFetch {

    private static final Logger LOG = LoggerFactory.getLogger(FileFetch.class);
    private static final int BUFFER_BYTES = 1 << 18;
    private static final Duration TALK_INTERVAL = Duration.ofSeconds(10);

    private final ModelLocation source;
    private final long allBytes;
    private final Path directory;
    private Stopwatch sinceTalk = Stopwatch.start();
    private long doneBytes;

    /**
     * Fetches nothing yet.
     *
     * @param allBytes of all files, for people
     * @param directory which holds what earlier attempts have fetched
     */
    FileFetch(ModelLocation source, long allBytes, Path directory) {
        this.source = source;
        this.allBytes = allBytes;
        this.directory = directory;
    }

    /**
     * Fetches one file.
     *
     * @return its checksum
     * @throws IOException if it cannot be read, or ends early; what is there stays for the next
     *     attempt
     */
    String fetch(ModelFile file) throws IOException {
        Path target = target(file);
        long have = Files.exists(target) ? Files.size(target) : 0;
        if (have > file.bytes()) {
            Files.delete(target);
            have = 0;
        }
        MessageDigest digest = Sha256.digest();
        if (have > 0) {
            LOG.info("Going on with '{}' of model {} at byte {}.", file.path(), source, have);
            Sha256.add(target, digest);
            doneBytes += have;
        }
        if (have < file.bytes() || !Files.exists(target)) {
            append(file, have, target, digest);
        }
        return Sha256.text(digest.digest());
    }

    private void append(ModelFile file, long offset, Path target, MessageDigest digest)
            throws IOException {
        long have = offset;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = source.open(file, offset);
                OutputStream out =
                        Files.newOutputStream(
                                target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            int length = 0;
            while (have < file.bytes() && length >= 0) {
                length = in.read(buffer, 0, (int) Math.min(buffer.length, file.bytes() - have));
                if (length > 0) {
                    out.write(buffer, 0, length);
                    digest.update(buffer, 0, length);
                    have += length;
                    talk(length);
                }
            }
        }
        if (have < file.bytes()) {
            throw new IOException(
                    "its file '%s' ended after %d of %d bytes"
                            .formatted(file.path(), have, file.bytes()));
        }
    }

    /** A name that leads out of the directory is nobody's honest name. */
    private Path target(ModelFile file) throws IOException {
        Path target = directory.resolve(file.path()).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException(
                    "its file '%s' does not lie in its directory".formatted(file.path()));
        }
        Files.createDirectories(target.getParent());
        return target;
    }

    private void talk(int bytes) {
        doneBytes += bytes;
        if (sinceTalk.hasReached(TALK_INTERVAL)) {
            sinceTalk = Stopwatch.start();
            LOG.info("Fetching model {}: {} of {} bytes.", source, doneBytes, allBytes);
        }
    }
}
