package io.flinkgpu.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the JMH benchmarks of this package; asked for by name alone, for it takes a minute. */
class MicrobenchmarkRun {

    private static final String RESULT = "flinkgpu.jmh";

    @Test
    @EnabledIfSystemProperty(
            named = RESULT,
            matches = ".+",
            disabledReason = "SKIPPED: give -Dflinkgpu.jmh=FILE for the results.")
    void runsAll() throws Exception {
        Path result = Path.of(System.getProperty(RESULT)).toAbsolutePath();
        Files.createDirectories(result.getParent());

        new Runner(
                        new OptionsBuilder()
                                .include(getClass().getPackageName() + ".*")
                                .resultFormat(ResultFormatType.JSON)
                                .result(result.toString())
                                .build())
                .run();

        assertThat(result).isNotEmptyFile();
    }
}
