package io.flinkgpu.connectors.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the files behind the inputs of a source: one listing per directory, one read per file list.
 *
 * <p>Stateless between calls.
 *
 * @param extensions the ends of the names that count inside directories, compared without case;
 *     with none, every file counts
 */
record InputScanner(List<String> extensions) implements Serializable {

    private static final Logger LOG = LoggerFactory.getLogger(InputScanner.class);

    /**
     * The files of all inputs, each directory's in the order of their paths. Files that a list
     * names are not looked at.
     *
     * @throws IOException if an input is missing, cannot be listed or holds no file
     */
    List<Path> scan(Path... inputs) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            files.addAll(scan(input));
        }
        return files;
    }

    /**
     * Looks at every input, at the files that lists name as well.
     *
     * @throws InvalidInputException if something is wrong; it tells everything that is
     */
    void requireReadable(Path... inputs) {
        List<String> problems = new ArrayList<>();
        for (Path input : inputs) {
            problems.addAll(problems(input));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** The path with its scheme and from its root. */
    static Path qualify(Path input) {
        try {
            return input.makeQualified(input.getFileSystem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> problems(Path input) {
        try {
            FileStatus status = status(input);
            if (!status.isDir() && FileList.isFileList(input)) {
                return FileList.read(status.getPath()).problems();
            }
            scan(input);
            return List.of();
        } catch (IOException e) {
            return List.of(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private List<Path> scan(Path input) throws IOException {
        FileStatus status = status(input);
        if (status.isDir()) {
            return scanDirectory(input, status);
        }
        if (FileList.isFileList(input)) {
            return FileList.read(status.getPath()).entries().stream()
                    .map(FileList.Entry::file)
                    .toList();
        }
        return List.of(status.getPath());
    }

    private List<Path> scanDirectory(Path input, FileStatus status) throws IOException {
        List<Path> files = new ArrayList<>();
        collect(status.getPath(), new HashSet<>(), files);
        if (files.isEmpty()) {
            throw new IOException(
                    "Invalid input: %s. It must hold at least one %s, hidden ones aside."
                            .formatted(input, wanted()));
        }
        files.sort(Comparator.comparing(Path::toString));
        return files;
    }

    /**
     * @param above the directories on the way down to this one
     */
    private void collect(Path path, Set<Object> above, List<Path> target) throws IOException {
        Directory directory = Directory.of(path);
        if (!above.add(directory.key())) {
            LOG.warn(
                    "Skipping '{}': it links to a directory above it, which is read anyway.", path);
            return;
        }
        for (Directory.Child child : directory.children()) {
            if (isHidden(child.name())) {
                continue;
            }
            if (child.isDirectory()) {
                collect(child.path(), above, target);
            } else if (isWanted(child.name())) {
                target.add(child.path());
            }
        }
        above.remove(directory.key());
    }

    private static FileStatus status(Path input) throws IOException {
        try {
            return input.getFileSystem().getFileStatus(input);
        } catch (FileNotFoundException e) {
            throw new IOException(
                    "Invalid input: %s. It must be an existing directory, file or file list (*.txt)."
                            .formatted(input),
                    e);
        }
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }

    private boolean isWanted(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return extensions.isEmpty()
                || extensions.stream()
                        .anyMatch(end -> lowerCase.endsWith(end.toLowerCase(Locale.ROOT)));
    }

    private String wanted() {
        return extensions.isEmpty()
                ? "file"
                : "file that ends in " + String.join(" or ", extensions);
    }
}
