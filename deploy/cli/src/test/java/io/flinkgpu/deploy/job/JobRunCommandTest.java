package io.flinkgpu.deploy.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code run --check} says of runs that read only what is new. */
class JobRunCommandTest {

    private static final String JOB =
            """
            name: nightly
            checkpoints: {directory: checkpoints}
            sources:
              - {name: images, type: media-files, config: {path: in}}
            sinks:
              - {name: rows, type: print, input: images}
            """;

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();
    private String failure = "";

    @BeforeEach
    void addFile() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("in")).resolve("a"), "a");
    }

    @Test
    void sinceRunMakesSourcesReadWhatIsNew() throws Exception {
        check(JOB);
        assertThat(out.toString()).doesNotContain("new files");

        check(JOB, "--since-run=latest");

        assertThat(failure).isEmpty();
        assertThat(out.toString()).contains("new files: 1 of 1");
    }

    @Test
    void sinceRunIsRefusedWhereItMeansNothing() throws Exception {
        check(JOB, "--since-run=5f0c");
        assertThat(failure).contains("run '5f0c' has left nothing in ");

        check(JOB.replace("media-files", "files"), "--since-run=latest");
        assertThat(failure).contains("Cannot read source 'images' since a run");
    }

    @Test
    void againReadsOnceMoreWhatAnUnfinishedRunWasToRead() throws Exception {
        Path lists =
                Files.createDirectories(directory.resolve("checkpoints/processed/nightly/images"));
        Files.writeString(lists.resolve("20260301-120000-abcd.jsonl"), "[\"file:/in/a\",1,1]\n");
        check(JOB, "--since-run=latest");
        assertThat(failure).contains("run 20260301-120000-abcd has not come to its end.");

        failure = "";
        check(JOB, "--since-run=latest", "--again");
        assertThat(failure).isEmpty();
        assertThat(out.toString()).contains("new files: 1 of 1");

        check(JOB, "--again");
        assertThat(failure).contains("Invalid --again: no source of ");
    }

    private void check(String yaml, String... arguments) throws Exception {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        int unusedExitCode =
                new CommandLine(new JobRunCommand())
                        .setOut(new PrintWriter(out, true))
                        .setExecutionExceptionHandler(
                                (exception, line, parsed) -> {
                                    failure = String.valueOf(exception);
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(
                                Stream.concat(
                                                Stream.of(file.toString(), "--check"),
                                                Stream.of(arguments))
                                        .toArray(String[]::new));
    }
}
