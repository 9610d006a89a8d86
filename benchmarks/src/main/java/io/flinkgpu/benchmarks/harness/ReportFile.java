package io.flinkgpu.benchmarks.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** A JSON file of reports: the report itself if there is one, an array if there are several. */
@Internal
public final class ReportFile {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path path;

    private ReportFile(Path path) {
        this.path = path;
    }

    /**
     * Makes sure that the file can be written, before long measurements end in an error.
     *
     * @throws UncheckedIOException if it cannot
     */
    public static ReportFile at(Path path) {
        try {
            Path parent = path.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            if (Files.isDirectory(path) || !Files.isWritable(Files.exists(path) ? path : parent)) {
                throw new IOException("it is a directory or write-protected");
            }
        } catch (IOException e) {
            throw cannotWrite(path, e);
        }
        return new ReportFile(path);
    }

    /** Writes the reports, at least one, in place of what was there. */
    public void write(List<BenchReport> reports) {
        try {
            Object content = reports.size() == 1 ? reports.get(0) : reports;
            Files.writeString(path, JSON.writeValueAsString(content) + "\n");
        } catch (IOException e) {
            throw cannotWrite(path, e);
        }
    }

    private static UncheckedIOException cannotWrite(Path path, IOException cause) {
        return new UncheckedIOException(
                "Cannot write report " + path + ": " + cause.getMessage(), cause);
    }
}
