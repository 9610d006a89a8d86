package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.deploy.cli.CliCommand;
import io.flinkgpu.inference.InferenceMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu chaos}. */
@Command(
        name = "chaos",
        description =
                "Run a load in both modes, on local clusters of its own, while task managers are killed, devices hang and break, connections are cut and the pool is rescaled. Fails unless every row comes out once.",
        mixinStandardHelpOptions = true)
@Internal
public final class ChaosCommand implements CliCommand, Callable<Integer> {

    private static final long MILLIS_PER_MINUTE = 60_000;
    private static final double FEWEST_MINUTES = 0.5;

    /** Over Kafka, whatever the seed: the broker, a GPU task manager, the CPU task manager. */
    private static final List<Disruption> FIRST_OVER_KAFKA =
            List.of(
                    atOnce(Disruption.Kind.KILL_BROKER, 0),
                    atOnce(Disruption.Kind.KILL, 0),
                    atOnce(Disruption.Kind.KILL, -1));

    @Spec private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides what happens and in which order (default: 1).")
    private long seed;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "3",
            description =
                    "How long, shared by the modes; the clusters' start is not counted (default: 3).")
    private double minutes;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "What runs on the devices: 'simulated' for a model that runs nothing, 'python' for a Python class, whose worker processes are killed, too (default: simulated).")
    private ChaosModel model = ChaosModel.SIMULATED;

    @Nullable
    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "'fused' or 'separated' alone (default: one after the other).")
    private InferenceMode mode;

    @Option(
            names = "--kafka",
            description =
                    "Rows come from a Kafka topic and go to another, at a broker that is killed, too; what a read_committed consumer sees is counted.")
    private boolean overKafka;

    @Nullable
    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write what became of the rows, and a timeline, as JSON.")
    private Path report;

    @Override
    public Integer call() throws Exception {
        if (!(minutes >= FEWEST_MINUTES)) {
            throw new IllegalArgumentException(
                    "Invalid --minutes: %s. It must be at least %s."
                            .formatted(minutes, FEWEST_MINUTES));
        }
        Path directory = Files.createTempDirectory("flink-gpu-chaos");
        ChaosReport result = run(directory);
        if (report != null) {
            result.writeTo(report);
        }
        show(result);
        if (result.holds()) {
            FileUtils.deleteDirectory(directory.toFile());
            return 0;
        }
        spec.commandLine().getErr().printf("It does not hold. The logs are in %s.%n", directory);
        spec.commandLine().getErr().flush();
        return 1;
    }

    private ChaosReport run(Path directory) throws Exception {
        List<InferenceMode> tried = mode == null ? List.of(InferenceMode.values()) : List.of(mode);
        Duration length = Duration.ofMillis((long) (minutes * MILLIS_PER_MINUTE / tried.size()));
        List<Disruption> first = overKafka ? FIRST_OVER_KAFKA : List.of();
        List<ChaosReport.Mode> modes = new ArrayList<>();
        List<ChaosEvent> events = new ArrayList<>();
        for (InferenceMode next : tried) {
            ChaosRun run =
                    new ChaosRun(
                            next,
                            model,
                            length,
                            overKafka,
                            subdirectory(directory, next),
                            kinds -> new ChaosPlan(seed, kinds, first),
                            spec.commandLine().getOut());
            modes.add(run.run());
            run.events().stream().map(event -> event.relativeTo(directory)).forEach(events::add);
        }
        String edges = overKafka ? "Kafka" : "files";
        return ChaosReport.of(seed, minutes, model.text(), edges, modes, events);
    }

    private static Disruption atOnce(Disruption.Kind kind, int victim) {
        return new Disruption(kind, Duration.ofSeconds(5), victim, Duration.ZERO);
    }

    private static Path subdirectory(Path directory, InferenceMode mode) throws IOException {
        return Files.createDirectories(directory.resolve(mode.toString()));
    }

    private void show(ChaosReport result) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%d rows in: %d results, %d dead letters, %d lost, %d duplicated, %d wrong, %d good rows without result; %d restarts of pipelines, on simulated devices.%n",
                result.rowsIn(),
                result.results(),
                result.deadLetters(),
                result.lost(),
                result.duplicated(),
                result.wrong(),
                result.goodRowsWithoutResult(),
                result.restarts());
        out.flush();
    }
}
