package io.flinkgpu.benchmarks.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A scenario whose measurements are given beforehand; remembers what was asked of it. */
final class TestingScenario implements Scenario {

    final List<Run> runs = new ArrayList<>();
    Path scratch;
    boolean closed;

    private final ScenarioInfo info;
    private final Queue<Double> ours = new ArrayDeque<>();
    private final Queue<Double> peer = new ArrayDeque<>();

    TestingScenario(int warmUps, int repetitions, RatioRule ratioRule) {
        this.info =
                ScenarioInfo.of(
                                "testing",
                                "nothing",
                                "rows/s",
                                ratioRule,
                                new Plan(warmUps, repetitions, Duration.ofSeconds(1)))
                        .withVariant("small");
    }

    TestingScenario ours(Double... values) {
        ours.addAll(List.of(values));
        return this;
    }

    TestingScenario peer(Double... values) {
        peer.addAll(List.of(values));
        return this;
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path directory) {
        scratch = directory;
    }

    @Override
    public Measurement measure(Run run) {
        runs.add(run);
        double value = (run.side() == Side.OURS ? ours : peer).remove();
        return new Measurement(value, Map.of("doubled", 2 * value));
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("model", "tiny");
    }

    @Override
    public Map<String, Object> details(Summary oursSummary, Summary peerSummary) {
        return Map.of("difference", oursSummary.median() - peerSummary.median());
    }

    @Override
    public void close() {
        closed = true;
    }
}
