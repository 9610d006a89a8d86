package io.flinkgpu.connectors.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * JSON lines in files: one object a line, UTF-8, {@code \n} after each.
 *
 * <p>Written exactly once: a line counts when the checkpoint after it completes, and its file then
 * gets a name that does not start with a dot. A directory holds the files of one sink, side by
 * side.
 */
@PublicEvolving
public final class JsonLines {

    /** The end of the name of every finished file. */
    public static final String SUFFIX = ".jsonl";

    private static final String DEFAULT_PREFIX = "part";
    private static final int MAX_LISTINGS = 10;
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory FACTORY =
            MAPPER.getFactory()
                    .copy()
                    // The sink owns the stream and flushes it at a checkpoint.
                    .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

    private JsonLines() {}

    /** A sink whose files are named {@code part-<writer>-<number>.jsonl}. */
    public static <T> FileSink<T> sink(Path directory, JsonLineEncoder<? super T> encoder) {
        return sink(directory, DEFAULT_PREFIX, encoder);
    }

    /**
     * A sink whose files are named {@code <prefix>-<writer>-<number>.jsonl}, one per writer and
     * checkpoint.
     *
     * @throws IllegalArgumentException if the prefix is blank or would hide the files
     */
    public static <T> FileSink<T> sink(
            Path directory, String prefix, JsonLineEncoder<? super T> encoder) {
        if (prefix.isBlank() || isHidden(prefix) || prefix.contains("/")) {
            throw new IllegalArgumentException(
                    "Invalid prefix: '%s'. It must be a file name that starts with neither '.' nor '_'."
                            .formatted(prefix));
        }
        Encoder<T> lines = (row, out) -> write(row, encoder, out);
        return FileSink.forRowFormat(directory, lines)
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(new OutputFileConfig(prefix, SUFFIX))
                .build();
    }

    /**
     * Streams the lines of the finished files of a directory, file after file in the order of their
     * names. Lines of files in progress and of directories below are not read.
     *
     * <p>The caller closes the stream. While it is consumed, an unreadable file or a line that is
     * not JSON throws {@link UncheckedIOException}.
     *
     * @throws IOException if the directory cannot be listed
     */
    public static Stream<JsonNode> read(Path directory) throws IOException {
        FileSystem fileSystem = directory.getFileSystem();
        return Arrays.stream(list(fileSystem, directory))
                .filter(child -> !child.isDir() && isFinished(child.getPath().getName()))
                .map(FileStatus::getPath)
                .sorted(Comparator.comparing(Path::toString))
                .flatMap(file -> lines(fileSystem, file));
    }

    /** Writes one line; leaves the stream open and unflushed. */
    static <T> void write(T row, JsonLineEncoder<? super T> encoder, OutputStream out)
            throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            encoder.encode(row, new JsonFields(json));
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    /**
     * Lists a directory that a sink may be writing to: where a file in progress gets its name in
     * the middle of that, a local listing fails of the old one and is repeated.
     */
    private static FileStatus[] list(FileSystem fileSystem, Path directory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                FileStatus[] children = fileSystem.listStatus(directory);
                if (children != null) {
                    return children;
                }
                throw new IOException(
                        "Cannot list directory '%s': it does not exist, or listing is denied."
                                .formatted(directory));
            } catch (FileNotFoundException renamed) {
                if (attempt == MAX_LISTINGS) {
                    throw renamed;
                }
            }
        }
    }

    private static Stream<JsonNode> lines(FileSystem fileSystem, Path file) {
        try {
            BufferedReader reader =
                    new BufferedReader(
                            new InputStreamReader(fileSystem.open(file), StandardCharsets.UTF_8));
            return reader.lines().map(line -> parse(line, file)).onClose(() -> close(reader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String line, Path file) {
        try {
            return MAPPER.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse a line of '%s'".formatted(file), e);
        }
    }

    private static void close(BufferedReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFinished(String name) {
        return name.endsWith(SUFFIX) && !isHidden(name);
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }
}
