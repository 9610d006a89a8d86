package io.flinkgpu.connectors.media;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.connectors.source.RecordFormat;
import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;

/**
 * Builds a source that reads each file whole, as one {@link FileContent} with its media type.
 *
 * <p>Bounded, unless {@link #monitor} makes it look for new files. Each file is read exactly once
 * across failures, restores and changes of the parallelism, or as often as {@link #repeat} says; a
 * reader goes through its files in the order of their paths. The time of an event is the file's
 * time of modification.
 */
@PublicEvolving
public final class MediaFiles extends FileSourceBuilder<FileContent, MediaFiles> {

    /** The size above which a file is not loaded unless {@link #maxFileSize} says otherwise. */
    public static final MemorySize DEFAULT_MAX_FILE_SIZE = MemorySize.ofMebiBytes(64);

    /** How many files a subtask reads at once unless {@link #concurrentReads} says otherwise. */
    public static final int DEFAULT_CONCURRENT_READS = 1;

    // The files of all passes of a split are counted by an int.
    private static final int MAX_REPEAT = 1_000_000;

    private MemorySize maxFileSize = DEFAULT_MAX_FILE_SIZE;
    private boolean refersToLarger;
    private int concurrentReads = DEFAULT_CONCURRENT_READS;
    private int repeat = 1;

    private MediaFiles(Path... inputs) {
        super(inputs);
    }

    /**
     * Reads these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static MediaFiles of(Path... inputs) {
        return new MediaFiles(inputs);
    }

    /**
     * Reads these inputs, such as {@code s3://bucket/images}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static MediaFiles of(String... inputs) {
        return of(Arrays.stream(inputs).map(Path::new).toArray(Path[]::new));
    }

    /**
     * Sets the size above which a file becomes a record with a {@link ReadFailure}, or a reference
     * if {@link #refersToLargerFiles} says so.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public MediaFiles maxFileSize(MemorySize size) {
        this.maxFileSize = FileLoader.checkedMaxSize(size);
        return this;
    }

    /**
     * Emits a file above {@link #maxFileSize} as a reference with path, size and type, whose bytes
     * {@link FileContent#open} streams where they are needed.
     */
    public MediaFiles refersToLargerFiles() {
        this.refersToLarger = true;
        return this;
    }

    /**
     * Sets how many files a subtask reads at once; they are emitted in their order. More help where
     * opening a file takes long, as on object stores, and cost so many times the size of a file.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public MediaFiles concurrentReads(int files) {
        if (files < 1) {
            throw new IllegalArgumentException(
                    "Invalid concurrentReads: " + files + ". It must be at least 1.");
        }
        this.concurrentReads = files;
        return this;
    }

    /**
     * Reads each file so many times: a reader goes through its next few files so often before it
     * takes others.
     *
     * @throws IllegalArgumentException if the number is not within 1 and 1,000,000
     */
    public MediaFiles repeat(int times) {
        if (times < 1 || times > MAX_REPEAT) {
            throw new IllegalArgumentException(
                    "Invalid repeat: %d. It must be within 1 and %d.".formatted(times, MAX_REPEAT));
        }
        this.repeat = times;
        return this;
    }

    @Override
    protected RecordFormat<FileContent> format() {
        FileLoader loader = new FileLoader((int) maxFileSize.getBytes(), refersToLarger);
        return new WholeFiles(loader, concurrentReads, repeat);
    }

    @Override
    protected MediaFiles self() {
        return this;
    }
}
