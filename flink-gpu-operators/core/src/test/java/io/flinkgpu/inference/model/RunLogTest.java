package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunLogTest {

    private long nanos;
    private final RunLog log = new RunLog(() -> nanos);

    @Test
    void aRunOfManyPiecesIsAsOldAsItsLastPiece() {
        RunLog.Run run = log.started(List.of());
        for (int piece = 0; piece < 128; piece++) {
            run.pieceStarts();
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(log.activity(0).oldestRun()).isEqualTo(Duration.ofSeconds(1));
        assertThat(log.stuckRequests(Duration.ofSeconds(60))).isEmpty();
        assertThat(run.time()).isEqualTo(Duration.ofSeconds(128));
    }

    @Test
    void aPieceThatDoesNotEndMakesItsRunOld() {
        RunLog.Run run = log.started(List.of());
        run.pieceStarts();
        nanos += Duration.ofSeconds(61).toNanos();

        assertThat(log.activity(0).oldestRun()).isEqualTo(Duration.ofSeconds(61));
    }
}
