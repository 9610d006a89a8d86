package io.flinkgpu.connectors.listing;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A text file that names files, one path a line, relative to its own folder.
 *
 * <p>UTF-8; blank lines and lines that start with {@code #} are skipped. Spaces around a path
 * belong to it where such a file exists, and are trimmed otherwise.
 */
record FileList(Path path, List<Entry> entries) {

    /** One named file; {@code line} counts from 1. */
    record Entry(int line, String text, Path file) {}

    static boolean isFileList(Path path) {
        return path.getName().toLowerCase(Locale.ROOT).endsWith(".txt");
    }

    static FileList read(Path list) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                list.getFileSystem().open(list), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String trimmed = line.strip();
                if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
                    entries.add(entry(number, line, trimmed, list));
                }
            }
        }
        return new FileList(list, List.copyOf(entries));
    }

    private static Entry entry(int number, String line, String trimmed, Path list)
            throws IOException {
        if (!line.equals(trimmed)) {
            Path exact = resolve(list, line);
            if (list.getFileSystem().exists(exact)) {
                return new Entry(number, line, exact);
            }
        }
        return new Entry(number, trimmed, resolve(list, trimmed));
    }

    /** The named file; a colon ends a scheme only where a slash follows, as in {@code s3://}. */
    private static Path resolve(Path list, String text) {
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        boolean isName = colon >= 0 && (slash < 0 || (colon < slash && slash != colon + 1));
        return isName ? ExactPath.child(list.getParent(), text) : new Path(list.getParent(), text);
    }

    /** Looks at every named file and tells what is wrong, one sentence a line of the list. */
    List<String> problems() throws IOException {
        if (entries.isEmpty()) {
            return List.of(
                    "Invalid file list: %s. It must name at least one file.".formatted(path));
        }
        List<String> problems = new ArrayList<>();
        FileSystem fileSystem = path.getFileSystem();
        for (Entry entry : entries) {
            String reason = reasonToRefuse(entry, fileSystem);
            if (reason != null) {
                problems.add(
                        "Invalid file list: %s, line %d: '%s'. %s"
                                .formatted(path, entry.line(), entry.text(), reason));
            }
        }
        return problems;
    }

    private static String reasonToRefuse(Entry entry, FileSystem fileSystem) {
        try {
            FileStatus status = fileSystem.getFileStatus(entry.file());
            return status.isDir() ? "It must be a file, not a directory." : null;
        } catch (FileNotFoundException e) {
            return "It does not exist.";
        } catch (IOException e) {
            return "It cannot be read: " + e + ".";
        }
    }
}
