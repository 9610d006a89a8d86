package io.flinkgpu.benchmarks.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.benchmarks.load.LoadFeed;
import io.flinkgpu.benchmarks.load.LoadPoison;
import io.flinkgpu.benchmarks.load.LoadResult;
import io.flinkgpu.benchmarks.load.LoadRun;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.benchmarks.load.LoadSpecBuilder;
import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.deploy.run.Poll;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.health.BlocklistOptions;
import io.flinkgpu.inference.health.FaultFile;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.configuration.MemorySize;

/** One chaos run in one mode: its clusters, its load, and what is done to them. */
final class ChaosRun {

    private static final String POOL = "chaos";
    private static final int REPLICAS = 3;
    private static final double ROWS_PER_SECOND = 200;
    private static final int BATCH = 16;
    private static final Duration NODE_BLOCK = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LATEST_END = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InferenceMode mode;
    private final ChaosModel model;
    private final Duration length;
    private final Path directory;
    private final ChaosPlanFactory plans;
    private final PrintWriter out;
    private final boolean overKafka;
    private final List<ChaosEvent> events = new ArrayList<>();
    private int disruptions;

    /** Makes the plan of a run from the kinds that are possible in it. */
    @FunctionalInterface
    interface ChaosPlanFactory {
        ChaosPlan plan(List<Disruption.Kind> kinds);
    }

    /**
     * A run that has not begun.
     *
     * @param length of the load, undisturbed
     * @param overKafka whether rows come from Kafka and go there
     * @param directory for clusters, output and faults; new
     */
    ChaosRun(
            InferenceMode mode,
            ChaosModel model,
            Duration length,
            boolean overKafka,
            Path directory,
            ChaosPlanFactory plans,
            PrintWriter out) {
        this.mode = mode;
        this.model = model;
        this.length = length;
        this.overKafka = overKafka;
        this.directory = directory;
        this.plans = plans;
        this.out = out;
    }

    /** What happened, by time. */
    List<ChaosEvent> events() {
        return events.stream().sorted(Comparator.comparing(ChaosEvent::at)).toList();
    }

    /** Runs it to the last row and counts. */
    ChaosReport.Mode run() throws Exception {
        Path faults = Files.createDirectories(directory.resolve("faults"));
        Path told = Files.createDirectories(directory.resolve("told"));
        ModelRef echo = model.ref(directory, faults);
        say("Starting clusters for mode %s...", name());
        try (ChaosBroker broker = overKafka ? ChaosBroker.start(directory.resolve("kafka")) : null;
                ClusterSet clusters = new ClusterSet(directory);
                ChaosStage stage =
                        mode == InferenceMode.SEPARATED
                                ? separated(clusters, echo, faults, told)
                                : fused(clusters, faults, told)) {
            LoadSpec spec = spec(stage, echo, broker);
            LoadRun load = LoadRun.submit(ClusterSet.rest(stage.pipeline()), spec);
            LoadResult result = disrupted(stage, load, broker);
            readFaults(told);
            return mode(spec, load, result);
        }
    }

    private LoadResult disrupted(ChaosStage stage, LoadRun load, @Nullable ChaosBroker broker)
            throws Exception {
        try (LoadFeed feed = broker == null ? null : LoadFeed.start(broker.topics(), load.spec())) {
            disrupt(stage, load, broker);
            stage.repair();
            if (feed != null) {
                feed.await(LATEST_END);
            }
            return load.await(LATEST_END);
        }
    }

    private void disrupt(ChaosStage stage, LoadRun load, @Nullable ChaosBroker broker)
            throws Exception {
        ChaosPlan plan = plans.plan(kinds(stage));
        long end = System.nanoTime() + length.toNanos();
        awaitFirstResults(load);
        while (System.nanoTime() < end) {
            Disruption next = plan.next();
            ChaosStage.pass(next.pause());
            Instant at = Instant.now();
            String victim =
                    broker != null && next.kind() == Disruption.Kind.KILL_BROKER
                            ? broker.restart()
                            : stage.disrupt(next);
            disruptions++;
            note(at, next, victim);
            stage.repair();
        }
    }

    private List<Disruption.Kind> kinds(ChaosStage stage) {
        List<Disruption.Kind> kinds = new ArrayList<>(stage.kinds());
        kinds.addAll(model.kinds());
        if (overKafka) {
            kinds.add(Disruption.Kind.KILL_BROKER);
        }
        return kinds;
    }

    private void note(Instant at, Disruption disruption, String victim) {
        String detail =
                disruption.length().isZero()
                        ? ""
                        : "for %d ms".formatted(disruption.length().toMillis());
        events.add(
                new ChaosEvent(
                        at.toString(),
                        "chaos",
                        disruption.kind().toString(),
                        name() + " " + victim,
                        detail));
        say("  %s %s %s", disruption.kind(), victim, detail);
    }

    private static void awaitFirstResults(LoadRun load) throws Exception {
        if (!Poll.until(LATEST_END, LOOK, () -> hasResults(load))) {
            throw new IllegalStateException(
                    "Cannot begin: the load has no result within %s.".formatted(LATEST_END));
        }
    }

    private static boolean hasResults(LoadRun load) {
        try {
            return LoadResult.read(load.spec()).results() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ChaosReport.Mode mode(LoadSpec spec, LoadRun load, LoadResult result) {
        long good =
                result.deadLetterIds()
                        .filter(
                                id ->
                                        !LoadPoison.isPoison(
                                                id, ChaosModel.WIDTH, ChaosModel.POISON_SHARE))
                        .count();
        return new ChaosReport.Mode(
                name(),
                spec.rows(),
                result.results(),
                result.deadLetters(),
                result.missing(),
                result.duplicated(),
                result.wrong(),
                good,
                load.job().restarts(),
                disruptions);
    }

    /** A process that was killed may have left half a line. */
    private void readFaults(Path told) throws IOException {
        try (Stream<Path> files = Files.list(told)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.endsWith("}")) {
                        JsonNode fault = JSON.readTree(line);
                        events.add(
                                new ChaosEvent(
                                        fault.path("time").asText(),
                                        "job",
                                        fault.path("kind").asText(),
                                        fault.path("subject").asText(),
                                        detail(fault)));
                    }
                }
            }
        }
    }

    private static String detail(JsonNode fault) {
        StringBuilder detail = new StringBuilder();
        fault.fields()
                .forEachRemaining(
                        field -> {
                            if (!List.of("time", "kind", "subject").contains(field.getKey())) {
                                detail.append(field.getKey())
                                        .append('=')
                                        .append(field.getValue().asText())
                                        .append(' ');
                            }
                        });
        return detail.toString().strip();
    }

    private LoadSpec spec(ChaosStage stage, ModelRef echo, @Nullable ChaosBroker broker) {
        LoadSpecBuilder spec =
                LoadSpec.of(directory.resolve("load"), echo)
                        .width(ChaosModel.WIDTH)
                        .rowsPerSecond(ROWS_PER_SECOND)
                        .rows((long) (ROWS_PER_SECOND * length.toSeconds()))
                        .batch(BATCH, Duration.ofMillis(10))
                        .checkpointInterval(Duration.ofMillis(500))
                        .option(BlocklistOptions.NODE_BLOCK, NODE_BLOCK)
                        .option(InferenceOptions.MAX_RUN_TIME, ChaosStage.MAX_RUN_TIME)
                        .option(PoolOptions.ATTEMPT_TIMEOUT, Duration.ofSeconds(10))
                        .option(PoolFaultOptions.SPILL_BACK_TIME, Duration.ofSeconds(2))
                        .option(PoolFaultOptions.EJECTION_FIRST, Duration.ofSeconds(5));
        if (broker != null) {
            spec.edges(broker.topics());
        }
        return stage instanceof SeparatedStage pool
                ? spec.separated(pool.address()).build()
                : spec.fused().parallelism(1).inferenceProfile(wholeDevice("inference")).build();
    }

    private static ChaosStage fused(ClusterSet clusters, Path faults, Path told) {
        return new FusedStage(
                clusters.start("pipeline", cluster(ClusterShape.mixed(), told)), faults);
    }

    private static ChaosStage separated(ClusterSet clusters, ModelRef echo, Path faults, Path told)
            throws Exception {
        Map<String, LocalCluster> started =
                clusters.start(
                        Map.of(
                                "pipeline", cluster(ClusterShape.cpu(), told),
                                "pool", cluster(ClusterShape.pool(REPLICAS), told)));
        LocalCluster pool = started.get("pool");
        ReplicaRequest request =
                new ReplicaRequest(
                        POOL, Map.of(echo.servedName(), echo), BATCH, 1, wholeDevice("replica"));
        try (Pools pools = new Pools(ClusterSet.rest(pool))) {
            pools.start(
                    new PoolSpec(request, REPLICAS, 1, REPLICAS),
                    Map.of(
                            BlocklistOptions.NODE_BLOCK.key(),
                            NODE_BLOCK.toSeconds() + " s",
                            PoolOptions.SERVER_MAX_RUN_TIME.key(),
                            ChaosStage.MAX_RUN_TIME.toSeconds() + " s"));
        }
        return new SeparatedStage(started.get("pipeline"), pool, POOL, REPLICAS, faults);
    }

    private static ClusterSpec cluster(ClusterShape shape, Path told) {
        return ClusterSpec.of(Distribution.current(), shape)
                .withDevices(GpuDevices.simulated())
                .withOverrides(
                        Map.of(
                                "heartbeat.interval",
                                "1 s",
                                "heartbeat.timeout",
                                "8 s",
                                "slow-task-detector.check-interval",
                                "10 s"))
                .withEnvironment(Map.of(FaultFile.VARIABLE, told.toString()))
                .withRestPort(0);
    }

    private static StageProfile wholeDevice(String name) {
        return StageProfile.named(name)
                .cpuCores(0.5)
                .taskHeap(MemorySize.ofMebiBytes(128))
                .taskOffHeap(MemorySize.ofMebiBytes(128))
                .gpus(1)
                .build();
    }

    private String name() {
        return mode.toString().toLowerCase(Locale.ROOT);
    }

    private void say(String text, Object... arguments) {
        out.printf(text + "%n", arguments);
        out.flush();
    }
}
