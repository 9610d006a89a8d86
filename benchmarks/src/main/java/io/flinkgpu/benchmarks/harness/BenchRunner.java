package io.flinkgpu.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FileUtils;

/**
 * Measures a scenario: ours and the peer in turn, so that whatever else the machine does meets
 * both.
 *
 * <p>After the warm-ups, each repetition measures both sides, and the side that goes first changes
 * from one repetition to the next. The ratio is taken per repetition.
 */
@Internal
public final class BenchRunner {

    private final Map<String, Object> environment;
    private final Consumer<String> progress;

    /**
     * @param environment settings that all scenarios of the session share
     * @param progress hears a line for each run
     */
    public BenchRunner(Map<String, Object> environment, Consumer<String> progress) {
        this.environment = new LinkedHashMap<>(environment);
        this.progress = progress;
    }

    /**
     * Measures a scenario from its preparation to its close.
     *
     * @throws Exception what the scenario throws; nothing is reported then
     */
    public BenchReport run(Scenario scenario) throws Exception {
        Path scratch = Files.createTempDirectory("flink-gpu-bench-");
        try (scenario) {
            scenario.prepare(scratch);
            return measure(scenario);
        } finally {
            delete(scratch);
        }
    }

    private BenchReport measure(Scenario scenario) throws Exception {
        Plan plan = scenario.info().plan();
        for (int i = 0; i < plan.warmUps(); i++) {
            measurePair(scenario, i, true);
        }
        Map<Side, List<Measurement>> measured = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            measured.put(side, new ArrayList<>());
        }
        for (int i = 0; i < plan.repetitions(); i++) {
            measurePair(scenario, i, false).forEach((side, value) -> measured.get(side).add(value));
        }
        return report(scenario, measured);
    }

    private Map<Side, Measurement> measurePair(Scenario scenario, int repetition, boolean isWarmUp)
            throws Exception {
        Map<Side, Measurement> pair = new EnumMap<>(Side.class);
        for (Side side : Side.inOrderOf(repetition)) {
            Run run = new Run(side, repetition, isWarmUp, scenario.info().plan().length());
            Measurement measurement = scenario.measure(run);
            progress.accept(line(scenario.info(), run, measurement));
            pair.put(side, measurement);
        }
        return pair;
    }

    private static String line(ScenarioInfo scenario, Run run, Measurement measurement) {
        Plan plan = scenario.plan();
        return String.format(
                Locale.ROOT,
                "%s, %s %d of %d, %s: %s %s",
                scenario.title(),
                run.isWarmUp() ? "warm-up" : "repetition",
                run.repetition() + 1,
                run.isWarmUp() ? plan.warmUps() : plan.repetitions(),
                run.side().displayName(),
                BenchTable.number(measurement.value()),
                scenario.unit());
    }

    private BenchReport report(Scenario scenario, Map<Side, List<Measurement>> measured)
            throws Exception {
        List<Double> ours = values(measured.get(Side.OURS));
        List<Double> peer = values(measured.get(Side.PEER));
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(scenario.info().ratioRule().of(ours.get(i), peer.get(i)));
        }
        Summary oursSummary = Summary.of(ours);
        Summary peerSummary = Summary.of(peer);
        Map<String, Object> details = new LinkedHashMap<>();
        measured.forEach((side, runs) -> addMedians(details, side, runs));
        details.putAll(scenario.details(oursSummary, peerSummary));
        return new BenchReport(
                scenario.info().name(),
                scenario.info().unit(),
                oursSummary.rounded(),
                peerSummary.rounded(),
                Summary.of(ratios).rounded(),
                settings(scenario),
                details);
    }

    private Map<String, Object> settings(Scenario scenario) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("better", scenario.info().ratioRule().betterValue());
        settings.put("ratio", scenario.info().ratioRule().formula());
        settings.putAll(scenario.settings());
        settings.put("warmUps", scenario.info().plan().warmUps());
        settings.put("repetitions", scenario.info().plan().repetitions());
        settings.putAll(environment);
        return settings;
    }

    private static List<Double> values(List<Measurement> runs) {
        return runs.stream().map(Measurement::value).toList();
    }

    /** Each detail's median over the repetitions of a side, under the side's name. */
    private static void addMedians(Map<String, Object> details, Side side, List<Measurement> runs) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : runs.get(0).details().keySet()) {
            List<Double> values = runs.stream().map(run -> run.details().get(name)).toList();
            medians.put(name, SignificantDigits.round(Samples.of(values).median()));
        }
        if (!medians.isEmpty()) {
            details.put(side.displayName(), medians);
        }
    }

    private static void delete(Path scratch) throws IOException {
        FileUtils.deleteDirectory(scratch.toFile());
    }
}
