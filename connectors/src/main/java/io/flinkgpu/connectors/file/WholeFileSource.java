package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.listing.InputScanner;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.fs.Path;

/**
 * Builds a bounded source that reads each file whole, as one {@link FileContent}.
 *
 * <p>An input is a directory (read recursively), a file, or a file list: a {@code *.txt} file with
 * one path a line, relative to the list's folder; blank lines and lines that start with {@code #}
 * are skipped. In directories, names that start with {@code .} or {@code _} are skipped and {@code
 * extensions} selects files; a file that is named by a list or as an input is read whatever its
 * name. Files come in no promised order, each exactly {@code repeat} times across failures and
 * restores.
 *
 * <p>Not thread-safe.
 */
@PublicEvolving
public final class WholeFileSource {

    /** The size above which a file is not read unless {@link #maxFileSize} says otherwise. */
    public static final MemorySize DEFAULT_MAX_FILE_SIZE = MemorySize.ofMebiBytes(64);

    private final Path[] inputs;
    private int repeat = 1;
    private MemorySize maxFileSize = DEFAULT_MAX_FILE_SIZE;
    private List<String> extensions = List.of();

    private WholeFileSource(Path[] inputs) {
        this.inputs = inputs;
    }

    /**
     * Reads these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static WholeFileSource of(Path... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException(
                    "Invalid inputs: none. Name at least one directory, file or file list.");
        }
        return new WholeFileSource(inputs.clone());
    }

    /**
     * Reads these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static WholeFileSource of(URI... inputs) {
        return of(Arrays.stream(inputs).map(Path::new).toArray(Path[]::new));
    }

    /**
     * Reads each file {@code times} times, pass by pass.
     *
     * @throws IllegalArgumentException if {@code times} is below 1
     */
    public WholeFileSource repeat(int times) {
        if (times < 1) {
            throw new IllegalArgumentException(
                    "Invalid repeat: " + times + ". It must be at least 1.");
        }
        this.repeat = times;
        return this;
    }

    /**
     * Sets the size above which a file becomes a record with a {@link ReadFailure}.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public WholeFileSource maxFileSize(MemorySize size) {
        this.maxFileSize = FileLoader.checkedMaxSize(size);
        return this;
    }

    /**
     * Takes only files of directories that end so, in any case; with none given, all files.
     *
     * @throws IllegalArgumentException if an extension does not start with a dot
     */
    public WholeFileSource extensions(String... allowed) {
        this.extensions = InputScanner.checkedExtensions(allowed);
        return this;
    }

    /**
     * Looks at every input on the calling thread, then builds the source. The source looks again
     * when the job starts.
     *
     * @throws InvalidInputException if an input is missing or cannot be listed, a directory has no
     *     matching file, or a list names a file that is missing; it names all such problems
     */
    public FileSource<FileContent> build() {
        InputScanner scanner = new InputScanner(extensions);
        InvalidInputException.throwIfAny(scanner.problems(inputs));
        // The job manager may run in another working directory.
        Path[] absolute = Arrays.stream(inputs).map(InputScanner::qualify).toArray(Path[]::new);
        int passes = repeat;
        return FileSource.forBulkFileFormat(
                        new WholeFileFormat((int) maxFileSize.getBytes()), absolute)
                .setFileEnumerator(() -> new WholeFileEnumerator(scanner, passes))
                // A locality-aware one would take the files of a group for hosts.
                .setSplitAssigner(PassAssigner::new)
                .build();
    }
}
