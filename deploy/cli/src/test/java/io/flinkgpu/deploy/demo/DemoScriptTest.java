package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoScriptTest {

    @Test
    void theScriptHasThePathsOfThisMachine() throws Exception {
        Path examples = Path.of("src/main/dist/examples");

        String script = DemoScript.read(examples, Path.of("/output/results"));

        assertThat(script)
                .contains("'path' = '" + examples.toAbsolutePath() + "/digits/images'")
                .contains("'location' = '" + examples.toAbsolutePath() + "/digits/model'")
                .contains("'path' = '/output/results'")
                .contains("ML_PREDICT");
    }

    @Test
    void whatTheScriptSaysIsNoOption() {
        CommandLine demo = new CommandLine(new DemoCommand());

        DemoScript.requireFit(demo.parseArgs("--sql", "--simulated", "-D", "a=b", "--output=/a"));
        assertThatThrownBy(() -> DemoScript.requireFit(demo.parseArgs("--sql", "--batch-size=3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid --batch-size: the script of --sql says it. Copy examples/sql/digits.sql, change it, and run it by flink-gpu sql -f.");
    }
}
