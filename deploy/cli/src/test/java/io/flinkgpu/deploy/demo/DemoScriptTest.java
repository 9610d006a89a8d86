package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
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
    void failuresEndTheDemoAfterThreeRestarts() {
        assertThat(DemoScript.settings(Map.of("a", "b")))
                .containsEntry("a", "b")
                .containsEntry("restart-strategy.type", "fixed-delay")
                .containsEntry("restart-strategy.fixed-delay.attempts", "3");
        assertThat(DemoScript.settings(Map.of("restart-strategy.type", "none")))
                .containsExactly(Map.entry("restart-strategy.type", "none"));
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
