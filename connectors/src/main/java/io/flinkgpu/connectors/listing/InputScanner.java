package io.flinkgpu.connectors.listing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;
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
 * @param isRecursive whether files in directories of a directory count
 * @param mayFindNothing whether a directory or a glob without a file is an input, which may get one
 */
@Internal
public record InputScanner(List<String> extensions, boolean isRecursive, boolean mayFindNothing)
        implements Serializable {

    private static final Logger LOG = LoggerFactory.getLogger(InputScanner.class);

    /** Finds every file, and at least one. */
    public InputScanner(List<String> extensions) {
        this(extensions, true, false);
    }

    /**
     * Extensions as a user gives them.
     *
     * @throws IllegalArgumentException if one does not start with a dot
     */
    public static List<String> checkedExtensions(String... allowed) {
        for (String extension : allowed) {
            if (!extension.startsWith(".")) {
                throw new IllegalArgumentException(
                        "Invalid extension: '%s'. It must start with a dot, such as '.jpg'."
                                .formatted(extension));
            }
        }
        return List.of(allowed);
    }

    /** The paths of {@link #find}. */
    public List<Path> scan(Path... inputs) throws IOException {
        return find(inputs).stream().map(FoundFile::path).toList();
    }

    /**
     * The files of all inputs, each directory's in the order of their paths. Files that a list
     * names are not looked at.
     *
     * @throws IOException if an input is missing, cannot be listed or holds no file
     */
    public List<FoundFile> find(Path... inputs) throws IOException {
        List<FoundFile> files = new ArrayList<>();
        for (Path input : inputs) {
            files.addAll(find(input));
        }
        return files;
    }

    /**
     * Looks at every input, at the files that lists name as well.
     *
     * @return everything that is wrong, a sentence each
     */
    public List<String> problems(Path... inputs) {
        return Arrays.stream(inputs).flatMap(input -> problems(input).stream()).toList();
    }

    /** The path with its scheme and from its root. */
    public static Path qualify(Path input) {
        try {
            return input.makeQualified(input.getFileSystem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> problems(Path input) {
        try {
            Optional<FileStatus> status = status(input);
            if (status.isPresent() && isFileList(input, status.get())) {
                return FileList.read(status.get().getPath()).problems();
            }
            find(input);
            return List.of();
        } catch (IOException | RuntimeException e) { // clients of object stores throw both
            return List.of(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private List<FoundFile> find(Path input) throws IOException {
        Optional<FileStatus> status = status(input);
        if (status.isEmpty()) {
            return findMatches(input);
        }
        if (status.get().isDir()) {
            List<FoundFile> files = new ArrayList<>();
            collect(status.get().getPath(), new HashSet<>(), files);
            return sorted(files, input);
        }
        if (isFileList(input, status.get())) {
            return FileList.read(status.get().getPath()).entries().stream()
                    .map(entry -> FoundFile.named(entry.file()))
                    .toList();
        }
        return List.of(FoundFile.of(status.get()));
    }

    private List<FoundFile> findMatches(Path input) throws IOException {
        if (!Glob.isGlob(input)) {
            throw missing(input);
        }
        Glob glob = Glob.of(qualify(input));
        Path base = status(glob.base()).orElseThrow(() -> missing(input)).getPath();
        List<FoundFile> files = new ArrayList<>();
        collectMatches(base, List.of(0), glob, new HashSet<>(), files);
        return sorted(files, input);
    }

    private List<FoundFile> sorted(List<FoundFile> files, Path input) throws IOException {
        if (files.isEmpty() && !mayFindNothing) {
            throw new IOException(
                    "Invalid input: %s. It must hold at least one %s, hidden ones aside."
                            .formatted(input, wanted()));
        }
        files.sort(Comparator.comparing(file -> file.path().toString()));
        return files;
    }

    /**
     * @param above the directories on the way down to this one
     */
    private void collect(Path path, Set<Object> above, List<FoundFile> target) throws IOException {
        Directory directory = Directory.of(path);
        if (!isEntered(directory, path, above)) {
            return;
        }
        for (Directory.Child child : directory.children()) {
            if (isHidden(child.name())) {
                continue;
            }
            if (!child.isDirectory()) {
                addIfWanted(child, target);
            } else if (isRecursive) {
                collect(child.path(), above, target);
            }
        }
        above.remove(directory.key());
    }

    private void collectMatches(
            Path path, List<Integer> levels, Glob glob, Set<Object> above, List<FoundFile> target)
            throws IOException {
        Directory directory = Directory.of(path);
        if (!isEntered(directory, path, above)) {
            return;
        }
        for (Directory.Child child : directory.children()) {
            List<Integer> below =
                    isHidden(child.name()) ? List.of() : glob.levelsBelow(levels, child.name());
            boolean isMatch = below.contains(glob.names().size());
            if (!child.isDirectory()) {
                if (isMatch) {
                    addIfWanted(child, target);
                }
            } else if (isMatch) {
                collect(child.path(), above, target);
            } else if (!below.isEmpty()) {
                collectMatches(child.path(), below, glob, above, target);
            }
        }
        above.remove(directory.key());
    }

    private static boolean isEntered(Directory directory, Path path, Set<Object> above)
            throws IOException {
        boolean isEntered = above.add(directory.key());
        if (!isEntered) {
            LOG.warn(
                    "Skipping '{}': it links to a directory above it, which is read anyway.", path);
        }
        return isEntered;
    }

    private void addIfWanted(Directory.Child child, List<FoundFile> target) {
        if (isWanted(child.name())) {
            target.add(child.file());
        }
    }

    private static boolean isFileList(Path input, FileStatus status) {
        return !status.isDir() && FileList.isFileList(input);
    }

    private static Optional<FileStatus> status(Path input) throws IOException {
        try {
            return Optional.of(input.getFileSystem().getFileStatus(input));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static IOException missing(Path input) {
        return new IOException(
                "Invalid input: %s. It must be an existing directory, file or file list (*.txt)."
                        .formatted(input));
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
