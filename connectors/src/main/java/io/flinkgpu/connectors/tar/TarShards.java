package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.connectors.source.RecordFormat;
import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;

/**
 * Builds a source that reads tar shards, plain or gzip, as {@link MediaSample}s.
 *
 * <p>In directories, files that end in {@code .tar}, {@code .tar.gz} and {@code .tgz} are shards
 * unless {@link #extensions} says otherwise; whether one is compressed is told by its first bytes.
 * Each shard is a split, whose samples come in their order, each exactly once across failures,
 * restores and changes of the parallelism. After a failure a plain shard is read from the last
 * checkpoint's sample on; one in gzip is read from its start, and skipped up to there.
 */
@PublicEvolving
public final class TarShards extends FileSourceBuilder<MediaSample, TarShards> {

    /** The size above which a sample is not loaded unless {@link #maxSampleSize} says otherwise. */
    public static final MemorySize DEFAULT_MAX_SAMPLE_SIZE = MemorySize.ofMebiBytes(64);

    // The largest array that every JVM can allocate.
    private static final int LARGEST_MAX_SAMPLE_BYTES = Integer.MAX_VALUE - 16;

    private MemorySize maxSampleSize = DEFAULT_MAX_SAMPLE_SIZE;

    private TarShards(Path... inputs) {
        super(inputs);
        extensions(".tar", ".tar.gz", ".tgz");
    }

    /**
     * Reads these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TarShards of(Path... inputs) {
        return new TarShards(inputs);
    }

    /**
     * Reads these inputs, such as {@code s3://bucket/train-*.tar}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TarShards of(String... inputs) {
        return of(Arrays.stream(inputs).map(Path::new).toArray(Path[]::new));
    }

    /**
     * Sets the size above which a sample, all its members together, becomes a record with a {@link
     * ReadFailure}.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public TarShards maxSampleSize(MemorySize size) {
        if (size.getBytes() < 1 || size.getBytes() > LARGEST_MAX_SAMPLE_BYTES) {
            throw new IllegalArgumentException(
                    "Invalid maxSampleSize: %d bytes. It must be within 1 and %d bytes."
                            .formatted(size.getBytes(), LARGEST_MAX_SAMPLE_BYTES));
        }
        this.maxSampleSize = size;
        return this;
    }

    @Override
    protected RecordFormat<MediaSample> format() {
        return new TarSamples((int) maxSampleSize.getBytes());
    }

    @Override
    protected TarShards self() {
        return this;
    }
}
