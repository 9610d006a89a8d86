package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.observe.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private final StringWriter out = new StringWriter();

    @Test
    void showsRateBatchFillAndCheckpoints() {
        ProgressLine line = line(false);

        line.show(progress(2, 1000), "");
        line.show(progress(4, 6000), "");

        assertThat(out.toString().lines())
                .containsExactly(
                        "  2.0 s  rows 1,000 (0/s)  batch 24.0 (75 % full)  in flight 64  checkpoints 3 (last 41 ms)",
                        "  4.0 s  rows 6,000 (2,500/s)  batch 24.0 (75 % full)  in flight 64  checkpoints 3 (last 41 ms)");
    }

    @Test
    void showsStateUntilRowsAreRead() {
        line(false).show(Progress.none(JobStatus.CREATED, Duration.ofMillis(500)), "");

        assertThat(out).hasToString("  0.5 s  created" + System.lineSeparator());
    }

    @Test
    void rateIsNotNegativeAfterRestart() {
        ProgressLine line = line(false);

        line.show(progress(2, 1000), "");
        line.show(progress(4, 10), "");

        assertThat(out.toString()).contains("rows 10 (0/s)");
    }

    @Test
    void isDueTwoSecondsAfterTheLastLine() {
        ProgressLine line = line(false);
        assertThat(line.isDue(progress(1, 0))).isFalse();
        assertThat(line.isDue(progress(2, 0))).isTrue();

        line.show(progress(2, 0), "");

        assertThat(line.isDue(progress(3, 0))).isFalse();
        assertThat(line.isDue(progress(4, 0))).isTrue();
    }

    @Test
    void drawsOneLineAgainOnTerminal() {
        ProgressLine line = line(true);

        line.show(progress(2, 1000), "");
        line.show(progress(4, 6000), "");
        line.end();

        assertThat(out.toString()).doesNotContain("\n").endsWith("\r\033[K");
        assertThat(out.toString().split("\r", -1)).hasSize(4);
    }

    private ProgressLine line(boolean onTerminal) {
        return new ProgressLine(new PrintWriter(out, true), onTerminal, 32);
    }

    private static Progress progress(int seconds, long rowsDone) {
        return new Progress(
                JobStatus.RUNNING,
                Duration.ofSeconds(seconds),
                rowsDone + 64,
                rowsDone,
                10,
                240,
                64,
                3,
                OptionalLong.of(41));
    }
}
