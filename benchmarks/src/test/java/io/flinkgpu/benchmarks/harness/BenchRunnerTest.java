package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class BenchRunnerTest {

    private final List<String> progress = new ArrayList<>();
    private final BenchRunner runner =
            new BenchRunner(Map.of("accelerator", "none"), progress::add);

    @Test
    void interleavesSidesAndSwapsTheirOrder() throws Exception {
        TestingScenario scenario =
                new TestingScenario(0, 3, RatioRule.OURS_OVER_PEER)
                        .ours(1.0, 1.0, 1.0)
                        .peer(1.0, 1.0, 1.0);

        runner.run(scenario);

        assertThat(scenario.runs)
                .extracting(Run::side)
                .containsExactly(Side.OURS, Side.PEER, Side.PEER, Side.OURS, Side.OURS, Side.PEER);
        assertThat(scenario.runs).extracting(Run::repetition).containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void warmUpsDoNotCount() throws Exception {
        TestingScenario scenario =
                new TestingScenario(2, 1, RatioRule.OURS_OVER_PEER)
                        .ours(9_999.0, 9_999.0, 6.0)
                        .peer(1.0, 1.0, 3.0);

        BenchReport report = runner.run(scenario);

        assertThat(scenario.runs)
                .extracting(Run::isWarmUp)
                .containsExactly(true, true, true, true, false, false);
        assertThat(report.ours()).isEqualTo(new Summary(6, 6, 6));
        assertThat(report.ratio()).isEqualTo(new Summary(2, 2, 2));
    }

    @Test
    void takesTheRatioOfEachPair() throws Exception {
        TestingScenario scenario =
                new TestingScenario(0, 3, RatioRule.OURS_OVER_PEER)
                        .ours(10.0, 40.0, 20.0)
                        .peer(10.0, 20.0, 40.0);

        BenchReport report = runner.run(scenario);

        assertThat(report.ours()).isEqualTo(new Summary(20, 10, 40));
        assertThat(report.peer()).isEqualTo(new Summary(20, 10, 40));
        assertThat(report.ratio()).isEqualTo(new Summary(1, 0.5, 2));
    }

    @Test
    void settingsSayHowToReadTheNumbers() throws Exception {
        BenchReport report = runner.run(sound(RatioRule.PEER_OVER_OURS));

        assertThat(report.settings())
                .containsEntry("better", "lower")
                .containsEntry("ratio", "peer / ours")
                .containsEntry("model", "tiny")
                .containsEntry("repetitions", 1)
                .containsEntry("warmUps", 0)
                .containsEntry("accelerator", "none");
    }

    @Test
    void detailsHoldMediansOfEachSideAndTheScenariosOwn() throws Exception {
        TestingScenario scenario =
                new TestingScenario(0, 3, RatioRule.OURS_OVER_PEER)
                        .ours(1.0, 2.0, 3.0)
                        .peer(5.0, 5.0, 5.0);

        BenchReport report = runner.run(scenario);

        assertThat(report.details())
                .containsEntry("ours", Map.of("doubled", 4.0))
                .containsEntry("peer", Map.of("doubled", 10.0))
                .containsEntry("difference", -3.0);
    }

    @Test
    void reportsProgressOfEveryRun() throws Exception {
        runner.run(sound(RatioRule.OURS_OVER_PEER));

        assertThat(progress)
                .containsExactly(
                        "testing (small), repetition 1 of 1, ours: 4.000 rows/s",
                        "testing (small), repetition 1 of 1, peer: 2.000 rows/s");
    }

    @Test
    void closesScenarioAndDeletesItsScratch() throws Exception {
        TestingScenario scenario = sound(RatioRule.OURS_OVER_PEER);

        runner.run(scenario);

        assertThat(scenario.closed).isTrue();
        assertThat(scenario.scratch).doesNotExist();
    }

    @Test
    void closesScenarioThatFails() {
        TestingScenario withoutValues = new TestingScenario(0, 1, RatioRule.OURS_OVER_PEER);

        assertThatThrownBy(() -> runner.run(withoutValues))
                .isInstanceOf(NoSuchElementException.class);

        assertThat(withoutValues.closed).isTrue();
        assertThat(withoutValues.scratch).doesNotExist();
    }

    @Test
    void refusesMeasurementThatHasNoRatio() {
        assertThatThrownBy(() -> Measurement.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid measurement: 0.0. It must be finite and positive.");
        assertThatThrownBy(() -> Measurement.of(Double.NaN)).hasMessageContaining("NaN");
    }

    private static TestingScenario sound(RatioRule rule) {
        return new TestingScenario(0, 1, rule).ours(4.0).peer(2.0);
    }
}
