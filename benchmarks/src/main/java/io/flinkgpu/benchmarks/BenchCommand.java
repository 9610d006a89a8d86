package io.flinkgpu.benchmarks;

import io.flinkgpu.benchmarks.harness.BenchReport;
import io.flinkgpu.benchmarks.harness.BenchRunner;
import io.flinkgpu.benchmarks.harness.BenchTable;
import io.flinkgpu.benchmarks.harness.MachineDescription;
import io.flinkgpu.benchmarks.harness.ReportFile;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.deploy.cli.CliCommand;
import io.flinkgpu.deploy.cluster.Distribution;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu bench}: measures a scenario against its peer. */
@Command(
        name = "bench",
        description = "Measure a scenario against its peer and report both.",
        mixinStandardHelpOptions = true)
@Internal
public final class BenchCommand implements CliCommand, Callable<Integer> {

    private static final String ALL = "all";
    private static final String ACCELERATOR = "none: ran on the CPU";

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "Name of the scenario, or 'all'; --list shows them.")
    private String name;

    @Option(
            names = "--variant",
            paramLabel = "TEXT",
            description = "Only the variants of the scenario whose name has this text.")
    private String variant = "";

    @Option(names = "--list", description = "List the scenarios and exit.")
    private boolean lists;

    @Option(
            names = "--quick",
            description = "Take a minute or two, for a first impression instead of a result.")
    private boolean quick;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write the result as JSON; an array if the scenario compares several models.")
    private Path report;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The CNN of 'fused-overhead' and 'naive'. Default: the digits' model.")
    private Path model;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description = "Measured pairs, at least 1. Default: 5, with --quick 2.")
    private Integer repetitions;

    @Option(
            names = "--model-threads",
            paramLabel = "N",
            description =
                    "Threads that an operation of the model may use, ours and the peer's alike; 0, the default, for all cores.")
    private int modelThreads;

    @Override
    public Integer call() throws Exception {
        List<Scenario> all = scenarios();
        if (lists) {
            print(all);
            return 0;
        }
        List<Scenario> chosen = choose(all);
        Optional<ReportFile> file = Optional.ofNullable(report).map(ReportFile::at);
        List<BenchReport> reports = measure(chosen);
        BenchTable.print(reports, out());
        file.ifPresent(target -> target.write(reports));
        return 0;
    }

    private List<Scenario> scenarios() {
        OptionalInt given = repetitions == null ? OptionalInt.empty() : OptionalInt.of(repetitions);
        try {
            return new Scenarios(quick, given, this::cnn, modelThreads).all();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Path cnn() {
        return Optional.ofNullable(model)
                .orElseGet(() -> Distribution.current().examples().resolve("digits/model"));
    }

    private List<Scenario> choose(List<Scenario> all) {
        List<Scenario> chosen =
                all.stream()
                        .filter(each -> ALL.equals(name) || each.info().name().equals(name))
                        .toList();
        if (!chosen.isEmpty()) {
            return ofVariant(chosen);
        }
        String known =
                all.stream()
                        .map(scenario -> scenario.info().name())
                        .distinct()
                        .collect(Collectors.joining(", "));
        throw new ParameterException(
                spec.commandLine(),
                name == null
                        ? "Missing scenario: give one of %s, or 'all'.".formatted(known)
                        : "Invalid scenario: %s. Known scenarios are %s, and 'all' for each of them."
                                .formatted(name, known));
    }

    private List<Scenario> ofVariant(List<Scenario> all) {
        List<Scenario> chosen =
                all.stream().filter(each -> each.info().variant().contains(variant)).toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid --variant: %s. %s has %s."
                            .formatted(
                                    variant,
                                    name,
                                    all.stream()
                                            .map(each -> "'" + each.info().variant() + "'")
                                            .collect(Collectors.joining(", "))));
        }
        return chosen;
    }

    private List<BenchReport> measure(List<Scenario> chosen) throws Exception {
        BenchRunner runner = new BenchRunner(environment(), this::progress);
        List<BenchReport> reports = new ArrayList<>();
        for (Scenario scenario : chosen) {
            ScenarioInfo info = scenario.info();
            progress(info.title() + ": " + info.description() + ".");
            reports.add(runner.run(scenario));
        }
        return reports;
    }

    private Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("quick", quick);
        environment.put("accelerator", ACCELERATOR);
        environment.put("machine", MachineDescription.current());
        return environment;
    }

    private void print(List<Scenario> all) {
        Map<String, String> descriptions = new LinkedHashMap<>();
        all.stream()
                .map(Scenario::info)
                .forEach(info -> descriptions.put(info.name(), info.description()));
        descriptions.forEach((each, text) -> out().printf("%-22s  %s%n", each, text));
        out().flush();
    }

    private void progress(String line) {
        out().println(line);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
