package io.flinkgpu.inference.health.detector;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a file of messages from its end on.
 *
 * <p>A file that has become shorter was begun anew and is read from its start, as is one that did
 * not exist at first. One that cannot be read has no lines; the first failure is logged. One thread
 * at a time.
 */
final class KernelLog {

    private static final Logger LOG = LoggerFactory.getLogger(KernelLog.class);

    /** Bounds the memory; the rest is read the next time. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private long position;
    private boolean hasFailed;

    KernelLog(Path file) {
        this.file = file;
        this.position = size(file);
    }

    /** The lines that have been completed since the last call. */
    List<String> newLines() {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return newLines(channel);
        } catch (NoSuchFileException absent) {
            position = 0;
        } catch (IOException e) {
            warnOnce(e);
        }
        return List.of();
    }

    private List<String> newLines(SeekableByteChannel channel) throws IOException {
        if (channel.size() < position) {
            position = 0;
        }
        String text = read(channel);
        int end = text.lastIndexOf('\n') + 1;
        boolean isOneEndlessLine = end == 0 && text.length() == MAX_BYTES;
        position += isOneEndlessLine ? MAX_BYTES : end;
        return text.substring(0, end).lines().toList();
    }

    // Each byte is one character: the position stays right whatever a message holds.
    private String read(SeekableByteChannel channel) throws IOException {
        channel.position(position);
        byte[] bytes = Channels.newInputStream(channel).readNBytes(MAX_BYTES);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void warnOnce(IOException e) {
        if (!hasFailed) {
            hasFailed = true;
            LOG.warn("Cannot read {}: XID errors go unnoticed while it lasts.", file, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            LOG.warn("Cannot find the end of {}: following it from its start.", file, e);
            return 0;
        }
    }
}
