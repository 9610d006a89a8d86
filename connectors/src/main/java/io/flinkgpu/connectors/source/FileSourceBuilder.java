package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.file.InvalidInputException;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.listing.InputScanner;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.core.fs.Path;

/**
 * Which files a source reads, and whether it goes on looking for new ones.
 *
 * <p>An input is a directory, a file, a glob such as {@code s3://bucket/2024-*}{@code /**}{@code
 * /*.jpg}, or a file list: a {@code *.txt} file with one path a line. In directories and globs,
 * names that start with {@code .} or {@code _} are skipped. A file that is named twice is read
 * once. Not thread-safe.
 *
 * @param <T> the records of the source
 * @param <B> the builder
 */
@PublicEvolving
public abstract class FileSourceBuilder<T, B extends FileSourceBuilder<T, B>> {

    private final Path[] inputs;
    private boolean isRecursive = true;
    private List<String> extensions = List.of();
    @Nullable private Duration interval;
    private Duration minAge = Duration.ZERO;
    @Nullable private Duration remember;
    @Nullable private FileManifest manifest;
    private boolean mayFindNothing;

    /**
     * A builder for these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    protected FileSourceBuilder(Path... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException(
                    "Invalid inputs: none. Name at least one directory, file, glob or file list.");
        }
        this.inputs = inputs.clone();
    }

    /** Whether files in directories of a directory count; they do unless this says otherwise. */
    public B recursive(boolean whether) {
        this.isRecursive = whether;
        return self();
    }

    /**
     * Takes only files of directories and globs that end so, in any case; with none given, all.
     *
     * @throws IllegalArgumentException if an extension does not start with a dot
     */
    public B extensions(String... allowed) {
        this.extensions = InputScanner.checkedExtensions(allowed);
        return self();
    }

    /**
     * Looks for new files again and again; the source never ends then. A file that is changed after
     * it was found is not read again.
     *
     * @throws IllegalArgumentException if the interval is below 1 ms
     */
    public B monitor(Duration every) {
        if (every.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "Invalid interval: %s. It must be at least 1 ms.".formatted(every));
        }
        this.interval = every;
        return self();
    }

    /**
     * Takes a file, when monitoring, only after it has not been written to for so long; by default
     * at once. For writers that do not give a file its name when it is complete.
     *
     * @throws IllegalArgumentException if the age is negative
     */
    public B minAge(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid minAge: %s. It must not be negative.".formatted(age));
        }
        this.minAge = age;
        return self();
    }

    /**
     * Forgets files, when monitoring, that were modified longer than this before the newest one:
     * bounds memory and checkpoints. A file that turns up with an older time than that is not read.
     * By default all files are remembered.
     *
     * @throws IllegalArgumentException if the window is not positive
     */
    public B remember(Duration window) {
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "Invalid remember: %s. It must be positive.".formatted(window));
        }
        this.remember = window;
        return self();
    }

    /**
     * Reads only files that no earlier run has read to its end, by their paths, sizes and times of
     * modification; and says what it reads.
     */
    @Internal
    public B newOnly(FileManifest ofRun) {
        this.manifest = ofRun;
        return self();
    }

    /** Takes a directory or a glob without a file for an input; a source that monitors does so. */
    @Internal
    public B mayFindNothing() {
        this.mayFindNothing = true;
        return self();
    }

    /**
     * How many files a source that is built now would read.
     *
     * @param fresh those that it reads
     * @param all those that there are
     */
    @Internal
    public record FileCounts(long fresh, long all) {}

    /** Looks for files on the calling thread. */
    @Internal
    public FileCounts count() throws IOException {
        List<FoundFile> found = discovery(scanner()).find(Clock.systemUTC());
        return new FileCounts(
                manifest == null ? found.size() : manifest.fresh(found).size(), found.size());
    }

    /**
     * Looks at every input on the calling thread, then builds the source. The source looks again
     * when the job starts.
     *
     * @throws IllegalArgumentException if it both monitors and reads new files only
     * @throws InvalidInputException if an input is missing or cannot be listed, a list names a file
     *     that is missing, or, unless the source monitors, there is no matching file; it names all
     *     such problems
     */
    public Source<T, ?, ?> build() {
        RecordFormat<T> format = format();
        return build(format, new RecordMapping.Identity<>(format.type()));
    }

    /** The same as {@link #build()}, of a source that emits something else. */
    @Internal
    public <R> Source<R, ?, ?> build(RecordMapping<T, R> mapping) {
        return build(format(), mapping);
    }

    private <R> Source<R, ?, ?> build(RecordFormat<T> format, RecordMapping<T, R> mapping) {
        if (manifest != null && interval != null) {
            throw new IllegalArgumentException(
                    "Invalid newOnly: the source monitors its inputs, and reads what is new anyway. Leave one of them out.");
        }
        InputScanner scanner = scanner();
        InvalidInputException.throwIfAny(scanner.problems(inputs));
        return new FileRecordSource<>(discovery(scanner), format, mapping);
    }

    private InputScanner scanner() {
        return new InputScanner(extensions, isRecursive, mayFindNothing || interval != null);
    }

    private Discovery discovery(InputScanner scanner) {
        // The job manager may run in another working directory.
        List<Path> absolute = Arrays.stream(inputs).map(InputScanner::qualify).toList();
        return new Discovery(absolute, scanner, interval, minAge, remember, manifest);
    }

    /** How the files are read. */
    protected abstract RecordFormat<T> format();

    /** This builder. */
    protected abstract B self();
}
