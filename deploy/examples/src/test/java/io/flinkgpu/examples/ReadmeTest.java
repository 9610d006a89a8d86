package io.flinkgpu.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.resources.StageProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is code that compiles and configuration that is valid. */
class ReadmeTest {

    private static final Path JOB =
            Path.of("src", "main", "java", "io", "flinkgpu", "examples", "DigitsJob.java");

    @TempDir Path directory;

    @Test
    void quotesTheJobThatIsCompiled() throws IOException {
        String job = block(Files.readString(JOB), "        // begin\n(.*?)        // end\n");

        assertThat(block(readme(), "```java\n(.*?)```"))
                .isEqualTo(job.stripTrailing().stripIndent() + "\n");
    }

    @Test
    void showsAProfileThatIsValid() throws IOException {
        Path file = directory.resolve("profiles.yaml");
        Files.writeString(file, block(readme(), "```yaml\n(.*?)```"));

        assertThat(StageProfiles.fromYaml(file).get("inference").gpus()).isEqualTo(0.5);
    }

    @Test
    void isShort() throws IOException {
        assertThat(readme().lines().count()).isLessThan(200);
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "..", "README.md"));
    }

    private static String block(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
