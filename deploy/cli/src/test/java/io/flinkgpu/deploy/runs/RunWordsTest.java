package io.flinkgpu.deploy.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunWordsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aRunIsSilentAfterTwoMinutes() {
        assertThat(state(Duration.ofSeconds(119), Duration.ofSeconds(10))).isEqualTo("RUNNING");
        assertThat(state(Duration.ofSeconds(121), Duration.ZERO)).isEqualTo("SILENT for 2 min 1 s");
    }

    @Test
    void aRunWithRareCheckpointsIsSilentWhenThreeHaveNotCome() {
        Duration gap = Duration.ofMinutes(10);

        assertThat(state(Duration.ofMinutes(29), gap)).isEqualTo("RUNNING");
        assertThat(state(Duration.ofMinutes(31), gap)).isEqualTo("SILENT for 31 min 0 s");
    }

    private static String state(Duration silent, Duration gap) {
        LedgerEntry.RunBegun begun =
                new LedgerEntry.RunBegun(
                        "run-1",
                        "digits",
                        new LedgerEntry.Job("00ff", "Digits"),
                        List.of(),
                        NOW.minus(Duration.ofDays(1)),
                        null);
        Run run = new Run(begun, NOW.minus(silent), null, List.of(), null, gap, List.of());
        return RunWords.state(run, NOW);
    }
}
