package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.observe.Progress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

class StandstillTest {

    private final Standstill standstill = new Standstill();
    private List<String> reasons = List.of("nobody answers.");
    private int questions;

    @Test
    void saysWhyAfterTenSecondsWithoutRows() throws InterruptedException {
        assertThat(look(9, 0)).isEmpty();
        assertThat(questions).isZero();

        assertThat(look(10, 0)).isEqualTo("No row has come out for 10 s: nobody answers.");
    }

    @Test
    void saysTheSameReasonOnce() throws InterruptedException {
        assertThat(look(10, 0)).isNotEmpty();
        assertThat(look(20, 0)).isEmpty();

        reasons = List.of("nobody answers.", "stage 'a' waits.");

        assertThat(look(29, 0)).isEmpty();
        assertThat(look(30, 0))
                .isEqualTo("No row has come out for 30 s: nobody answers. stage 'a' waits.");
    }

    @Test
    void rowsBeginTheTimeAgain() throws InterruptedException {
        assertThat(look(10, 0)).isNotEmpty();
        assertThat(look(12, 5)).isEmpty();
        assertThat(look(21, 5)).isEmpty();
        assertThat(look(22, 5)).startsWith("No row has come out for 10 s: ");
    }

    @Test
    void slowRunWithoutHindranceIsNoneOfItsBusiness() throws InterruptedException {
        reasons = List.of();

        assertThat(look(10, 0)).isEmpty();
    }

    private String look(int seconds, long rowsDone) throws InterruptedException {
        Progress progress =
                new Progress(
                        JobStatus.RUNNING,
                        Duration.ofSeconds(seconds),
                        100,
                        rowsDone,
                        0,
                        0,
                        0,
                        0,
                        OptionalLong.empty());
        return standstill
                .look(
                        progress,
                        () -> {
                            questions++;
                            return reasons;
                        })
                .orElse("");
    }
}
