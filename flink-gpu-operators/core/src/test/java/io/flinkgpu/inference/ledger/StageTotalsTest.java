package io.flinkgpu.inference.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StageTotalsTest {

    private final StageTotals totals = new StageTotals();

    @Test
    void sumsUpTheSubtasksOfACompletedCheckpoint() {
        totals.add(0, new ProgressReport(1, 10, 7, 1, 2, 100, model("3", "")));
        totals.add(1, new ProgressReport(1, 20, 16, 0, 4, 200, model("", "5e")));
        assertThat(totals.sum()).isEmpty();

        totals.complete(1);

        assertThat(totals.sum())
                .contains(new ProgressReport(1, 30, 23, 1, 6, 300, model("3", "5e")));
    }

    @Test
    void waitsForTheCheckpointOfAReport() {
        totals.add(0, report(1, 10));
        totals.complete(1);

        assertThat(totals.add(0, report(2, 20))).isFalse();

        assertThat(totals.sum()).contains(report(1, 10));
    }

    @Test
    void isCorrectedByAReportThatComesLate() {
        totals.add(0, report(1, 10));
        totals.add(1, report(1, 10));
        totals.add(0, report(2, 20));
        totals.complete(2);
        assertThat(totals.sum()).contains(report(2, 30));

        assertThat(totals.add(1, report(2, 25))).isTrue();

        assertThat(totals.sum()).contains(report(2, 45));
    }

    @Test
    void keepsTheLastWordOfASubtaskThatHasFinished() {
        totals.add(0, report(1, 10));
        totals.add(1, report(1, 10));
        totals.complete(1);
        totals.add(1, report(2, 20));

        totals.complete(2);

        assertThat(totals.sum()).contains(report(2, 30));
    }

    @Test
    void forgetsWhatALostAttemptDidForCheckpointsToCome() {
        totals.add(0, report(1, 10));
        totals.complete(1);
        totals.add(0, report(2, 99));

        totals.lost(0);
        totals.complete(3);

        assertThat(totals.sum()).contains(report(3, 10));
    }

    @Test
    void remembersNoMoreThanTheLatestOfManyAbortedCheckpoints() {
        for (int checkpoint = 1; checkpoint <= 100; checkpoint++) {
            totals.add(0, report(checkpoint, checkpoint));
        }

        totals.complete(50);
        assertThat(totals.sum()).isEmpty();

        totals.complete(100);
        assertThat(totals.sum()).contains(report(100, 100));
    }

    @Test
    void startsAnewWhenTheJobIsReset() {
        totals.add(0, report(1, 10));
        totals.complete(1);

        totals.reset();

        assertThat(totals.sum()).isEmpty();
    }

    private static ProgressReport report(long checkpoint, long rows) {
        return new ProgressReport(checkpoint, rows, rows, 0, 0, rows, ProgressReport.Model.UNKNOWN);
    }

    private static ProgressReport.Model model(String version, String checksum) {
        return new ProgressReport.Model(version, checksum);
    }
}
