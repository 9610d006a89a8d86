package io.flinkgpu.inference.model.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checksums of files and of whole models, in lower-case hexadecimal digits.
 *
 * <p>That of a model of one file is the file's own. That of a directory is the checksum of a line
 * for each file, in the order of the paths: its checksum, two blanks, its path and a line feed,
 * just as {@code sha256sum} prints it.
 */
final class Sha256 {

    private static final int BUFFER_BYTES = 1 << 18;

    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Cannot compute SHA-256.", impossible);
        }
    }

    static String of(byte[] bytes) {
        return text(digest().digest(bytes));
    }

    /** Reads a whole file. */
    static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        add(file, digest);
        return text(digest.digest());
    }

    /** Adds the bytes of a file. */
    static void add(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
        }
    }

    static String text(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /**
     * The checksum of a model whose files are local.
     *
     * @param location the file or directory
     */
    static String of(Path location, ModelFiles files) throws IOException {
        if (Files.isRegularFile(location)) {
            return of(location);
        }
        SortedMap<String, String> sums = new TreeMap<>();
        for (ModelFile file : files.files()) {
            sums.put(file.path(), of(location.resolve(file.path())));
        }
        return ofDirectory(sums);
    }

    /**
     * The checksum of a directory.
     *
     * @param sums of its files, by path
     */
    static String ofDirectory(SortedMap<String, String> sums) {
        StringBuilder lines = new StringBuilder();
        sums.forEach((path, sum) -> lines.append(sum).append("  ").append(path).append('\n'));
        return of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
