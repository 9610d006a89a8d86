package io.flinkgpu.deploy.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeadLettersCommandTest {

    @TempDir private Path directory;
    private String failure = "";
    private String errors = "";

    /** Two of job files, of which one was redone, and one as Java jobs have written it. */
    @BeforeEach
    void writeLetters() throws Exception {
        Files.writeString(
                directory.resolve("part-0.jsonl"),
                """
                {"element":"decode","errorClass":"DATA","exception":"BadImageException","cause":"No image","attempts":0,"place":"","arrivedAt":"2026-03-01T12:00:00Z","failedAt":"2026-03-01T12:00:00Z","row":{"path":"a.jpg"},"id":"1a","run":"5f0c","redo":null,"source":"images","origin":{"path":"a.jpg"}}
                {"element":"classify","errorClass":"MODEL","exception":"OrtException","cause":"Bad shape","attempts":4,"place":"gpu-0","arrivedAt":"2026-03-02T12:00:00Z","failedAt":"2026-03-02T12:00:01Z","row":{"path":"b.jpg"},"id":"2b","run":"5f0c","redo":"t1","source":"images","origin":{"path":"b.jpg"}}
                {"errorClass":"DATA","exception":"BadImageException","cause":"Old","attempts":0,"place":"","arrivedAt":"2026-02-01T12:00:00Z","failedAt":"2026-02-01T12:00:00Z","row":{"path":"c.jpg"}}
                """);
    }

    @Test
    void listCountsByElementAndClassAndShowsTheNewest() {
        assertThat(run("list", directory.toString(), "--examples=1"))
                .contains("3 dead letters, from 2026-02-01T12:00:00Z to 2026-03-02T12:00:01Z.")
                .containsPattern(" 1 +decode +DATA +BadImageException")
                .containsPattern(" 1 +classify +MODEL +OrtException")
                .contains("2b  2026-03-02T12:00:01Z  Bad shape")
                .doesNotContain("1a  ");
    }

    @Test
    void listFilters() {
        assertThat(
                        run(
                                "list",
                                directory.toString(),
                                "--class=data",
                                "--since=2026-03-01T00:00:00Z"))
                .contains("1 dead letter, ");
        assertThat(run("list", directory.toString(), "--run=other"))
                .contains("There are no such dead letters.");
    }

    @Test
    void showsOneLetter() {
        assertThat(run("show", directory.toString(), "--id=2"))
                .containsPattern("cause +Bad shape")
                .containsPattern("attempts +4")
                .containsPattern("place +gpu-0")
                .containsPattern("redo +t1")
                .containsPattern("source +images")
                .containsPattern("origin +\\{\"path\":\"b.jpg\"}");
    }

    @Test
    void tellsWhatIsMissing() {
        run("show", directory.toString(), "--id=nothing");
        assertThat(failure)
                .startsWith("Cannot show a dead letter: ")
                .contains(" has none whose id begins with nothing.");
        run("list", directory.resolve("none").toString());
        assertThat(failure).startsWith("Cannot read dead letters: there is no directory file:");
        run("list", directory.toString(), "--since=yesterday");
        assertThat(failure)
                .isEqualTo("Invalid --since: 'yesterday'. Write it as 2026-03-01T12:00:00Z.");
    }

    @Test
    void replayToATopicNeedsItsBrokersAndAnotherTopic() {
        run("replay", "letters", "--to=images");
        assertThat(errors).contains("--to needs the brokers. Add --bootstrap-servers.");
        run("replay", "job.yaml", "--bootstrap-servers=host:1");
        assertThat(errors).contains("Say where they go by --to.");
        run("replay", "letters", "--to=images", "--bootstrap-servers=host:1", "--class=DATA");
        assertThat(errors).contains("Invalid options: [--class=DATA].");
        run("replay", "letters", "--to=letters", "--bootstrap-servers=host:1");
        assertThat(failure).startsWith("Invalid topic: 'letters'.");
    }

    private String run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int unused =
                new CommandLine(new DeadLettersCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setExecutionExceptionHandler(
                                (exception, command, parsed) -> {
                                    failure = exception.getMessage();
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(arguments);
        errors = err.toString();
        return out.toString();
    }
}
