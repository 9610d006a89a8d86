package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.connectors.source.RecordFormat;
import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;

/**
 * Builds a source that reads files line by line, plain or gzip, as {@link TextLine}s in UTF-8.
 *
 * <p>Whether a file is compressed is told by its first bytes. A line ends with {@code \n} or {@code
 * \r\n}. The lines of a file come in their order, each exactly once across failures, restores and
 * changes of the parallelism. After a failure a plain file is read from the last checkpoint's line
 * on; one in gzip is read from its start, and skipped up to there.
 *
 * <p>An input that is named and ends in {@code .txt} is a list of files, as for every source of
 * files: name its directory or a glob to read its lines.
 */
@PublicEvolving
public final class TextLines extends FileSourceBuilder<TextLine, TextLines> {

    /** The length above which a line is left out unless {@link #maxLineSize} says otherwise. */
    public static final MemorySize DEFAULT_MAX_LINE_SIZE = MemorySize.ofMebiBytes(1);

    // The largest array that every JVM can allocate.
    private static final int LARGEST_MAX_LINE_BYTES = Integer.MAX_VALUE - 16;

    private final boolean isJson;
    private MemorySize maxLineSize = DEFAULT_MAX_LINE_SIZE;

    private TextLines(boolean isJson, Path... inputs) {
        super(inputs);
        this.isJson = isJson;
    }

    /**
     * Reads every line of these inputs, empty ones too.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TextLines of(Path... inputs) {
        return new TextLines(false, inputs);
    }

    /**
     * Reads every line of these inputs, such as {@code s3://bucket/**}{@code /*.csv.gz}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TextLines of(String... inputs) {
        return of(paths(inputs));
    }

    /**
     * Reads inputs with one JSON object a line. Blank lines are skipped; a line that is something
     * else becomes a record with a {@link ReadFailure}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TextLines ofJson(Path... inputs) {
        return new TextLines(true, inputs);
    }

    /**
     * Reads inputs with one JSON object a line, such as {@code /data/*.jsonl}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static TextLines ofJson(String... inputs) {
        return ofJson(paths(inputs));
    }

    /**
     * Sets the length above which a line becomes a record with a {@link ReadFailure}; the rest of
     * it is skipped.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public TextLines maxLineSize(MemorySize size) {
        if (size.getBytes() < 1 || size.getBytes() > LARGEST_MAX_LINE_BYTES) {
            throw new IllegalArgumentException(
                    "Invalid maxLineSize: %d bytes. It must be within 1 and %d bytes."
                            .formatted(size.getBytes(), LARGEST_MAX_LINE_BYTES));
        }
        this.maxLineSize = size;
        return this;
    }

    @Override
    protected RecordFormat<TextLine> format() {
        return new LineFormat((int) maxLineSize.getBytes(), isJson);
    }

    @Override
    protected TextLines self() {
        return this;
    }

    private static Path[] paths(String... inputs) {
        return Arrays.stream(inputs).map(Path::new).toArray(Path[]::new);
    }
}
