package io.flinkgpu.deploy.job;

import io.flinkgpu.job.redo.LetterFilter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
@Internal
public final class FilterOptions {

    @Option(
            names = "--class",
            paramLabel = "CLASS",
            description =
                    "Only letters of this error class, or of this exception; may be repeated.")
    private List<String> classes = new ArrayList<>();

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Only letters of the run whose id begins so.")
    private String run = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only letters that are not older, such as 2026-03-01T12:00:00Z.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only letters that are older.")
    private String until;

    /**
     * The filter.
     *
     * @throws IllegalArgumentException if a time is none
     */
    public LetterFilter get() {
        return new LetterFilter(
                run,
                classes,
                time("--since", since, Instant.MIN),
                time("--until", until, Instant.MAX));
    }

    private static Instant time(String option, @Nullable String text, Instant otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException noTime) {
            throw new IllegalArgumentException(
                    "Invalid %s: '%s'. Write it as 2026-03-01T12:00:00Z.".formatted(option, text),
                    noTime);
        }
    }
}
