package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.sql.SqlLaunch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The demo's pipeline as the SQL script of the examples: shown, and run. */
final class DemoScript {

    /** What the script has its own words for is not an option. */
    private static final Set<String> OPTIONS =
            Set.of(
                    "--sql",
                    "--output",
                    "--cluster",
                    "--cluster-dir",
                    "--simulated",
                    "-D",
                    "--verbose");

    private static final String EXAMPLES = "'examples/";
    private static final String RESULTS = "/tmp/flink-gpu-sql/labels";

    private static final int RESTARTS = 3;

    private DemoScript() {}

    /**
     * Refuses options that it would not heed.
     *
     * @throws IllegalArgumentException naming one
     */
    static void requireFit(ParseResult arguments) {
        for (OptionSpec option : arguments.matchedOptions()) {
            if (!OPTIONS.contains(option.longestName())) {
                throw new IllegalArgumentException(
                        "Invalid %s: the script of --sql says it. Copy examples/sql/digits.sql, change it, and run it by flink-gpu sql -f."
                                .formatted(option.longestName()));
            }
        }
    }

    /**
     * The user's settings, with three restarts unless they say otherwise: a model that turns out
     * unusable ends the demo on a cluster, too.
     */
    static Map<String, String> settings(Map<String, String> given) {
        Configuration settings = Configuration.fromMap(given);
        if (!settings.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
            settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
            settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
        }
        return settings.toMap();
    }

    /** Shows the script with the paths of this machine, and runs it. */
    static void run(SqlLaunch launch, Distribution distribution, Path output) throws Exception {
        Path results = output.resolve("results");
        String script = read(distribution.examples(), results);
        launch.out().println(script);
        launch.runScript("digits.sql", script);
        launch.out().printf("Output: %s%n", results);
        launch.out().flush();
    }

    static String read(Path examples, Path results) throws IOException {
        return Files.readString(examples.resolve("sql").resolve("digits.sql"))
                .replace(EXAMPLES, "'" + examples.toAbsolutePath() + "/")
                .replace(RESULTS, results.toString());
    }
}
