package io.flinkgpu.benchmarks;

import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.benchmarks.model.ConvModel;
import io.flinkgpu.benchmarks.model.SqlModel;
import io.flinkgpu.benchmarks.scenario.CheckpointUnderLoad;
import io.flinkgpu.benchmarks.scenario.ColdStart;
import io.flinkgpu.benchmarks.scenario.Dedupe;
import io.flinkgpu.benchmarks.scenario.FaultOverhead;
import io.flinkgpu.benchmarks.scenario.FileSources;
import io.flinkgpu.benchmarks.scenario.FileSources.Pair;
import io.flinkgpu.benchmarks.scenario.FusedOverhead;
import io.flinkgpu.benchmarks.scenario.LedgerOverhead;
import io.flinkgpu.benchmarks.scenario.ModelSource;
import io.flinkgpu.benchmarks.scenario.Naive;
import io.flinkgpu.benchmarks.scenario.PoolKill;
import io.flinkgpu.benchmarks.scenario.PoolRescale;
import io.flinkgpu.benchmarks.scenario.PythonOverhead;
import io.flinkgpu.benchmarks.scenario.PythonOverhead.Rows;
import io.flinkgpu.benchmarks.scenario.Resume;
import io.flinkgpu.benchmarks.scenario.Runtimes;
import io.flinkgpu.benchmarks.scenario.SeparatedOverhead;
import io.flinkgpu.benchmarks.scenario.SlowingTail;
import io.flinkgpu.benchmarks.scenario.SqlFunction;
import io.flinkgpu.benchmarks.scenario.SqlOverhead;
import io.flinkgpu.benchmarks.scenario.SqlOverhead.Way;
import io.flinkgpu.benchmarks.scenario.SqlPredict;
import io.flinkgpu.benchmarks.scenario.SqlPredict.PeerSettings;
import io.flinkgpu.benchmarks.scenario.SqlPredict.Place;
import io.flinkgpu.benchmarks.scenario.StuckRun;
import io.flinkgpu.benchmarks.scenario.SuccessRate;
import io.flinkgpu.benchmarks.scenario.Tail;
import io.flinkgpu.benchmarks.scenario.TailPolicy;
import io.flinkgpu.benchmarks.scenario.Traffic;
import io.flinkgpu.benchmarks.scenario.WarmPool;
import io.flinkgpu.benchmarks.scenario.WarmRestart;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/** All scenarios with their sizes. A new one is added here alone. */
final class Scenarios {

    private static final int BATCH_SIZE = 64;
    private static final int ADAPTIVE_GROWTH = 16;
    private static final int IMAGES = 32;
    private static final int IN_FLIGHT = SeparatedOverhead.PLACES;
    private static final int MANY_IN_FLIGHT = 16;
    private static final int SUBTASKS = 8;
    private static final int SLOTS = 2;
    private static final int REPETITIONS = 5;
    private static final int QUICK_REPETITIONS = 2;

    /** A client, a server and their network code have much to compile before calls are fast. */
    private static final int CALL_WARM_UPS = 4;

    private static final double KILLED_AT = 0.7;
    private static final Duration TAIL = Duration.ofSeconds(40);

    /** Long enough for a ledger to be opened in the third that does not count. */
    private static final Duration LEDGER = Duration.ofSeconds(15);

    private static final Duration LEDGER_QUICK = Duration.ofSeconds(6);

    /** Runs of one and the same job differ by some percent, and a ledger costs less. */
    private static final int LEDGER_REPETITIONS = 10;

    private static final int LEDGER_WARM_UPS = 2;

    private final boolean quick;
    private final OptionalInt repetitions;
    private final ModelSource cnn;
    private final ModelSource mlp;
    private final int modelThreads;

    /**
     * @param quick whether to give a first impression only
     * @param repetitions in place of the default
     * @param cnn the digits model's directory, asked for when a scenario needs it
     * @param modelThreads that an operation of a model may use, 0 for all cores
     */
    Scenarios(boolean quick, OptionalInt repetitions, Supplier<Path> cnn, int modelThreads) {
        if (modelThreads < 0) {
            throw new IllegalArgumentException(
                    "Invalid model threads: " + modelThreads + ". They must not be negative.");
        }
        this.quick = quick;
        this.repetitions = repetitions;
        this.modelThreads = modelThreads;
        this.cnn = ModelSource.cnn(cnn).withThreads(modelThreads);
        this.mlp = ModelSource.mlp().withThreads(modelThreads);
    }

    /** Every scenario, those of one name next to each other. */
    List<Scenario> all() {
        Plan jobs = plan(1, quick ? Duration.ofSeconds(1) : Duration.ofSeconds(8));
        Plan calls = plan(quick ? 1 : CALL_WARM_UPS, jobs.length());
        Duration stall = quick ? Duration.ofSeconds(2) : Duration.ofSeconds(8);
        int[] widths = quick ? new int[] {1024, 2048, 10} : new int[] {2048, 4096, 4096, 10};
        Duration load = Duration.ofSeconds(quick ? 40 : 60);
        return List.of(
                new FusedOverhead(cnn, BATCH_SIZE, jobs),
                new FusedOverhead(mlp, BATCH_SIZE, jobs),
                new Runtimes(cnn, BATCH_SIZE, jobs),
                CheckpointUnderLoad.ofStages(stall, plan(0, stall)),
                CheckpointUnderLoad.ofQueries(stall, plan(0, stall)),
                new LedgerOverhead(mlp, BATCH_SIZE, ledgerPlan()),
                new ColdStart(SUBTASKS, widths, plan(0, Duration.ofSeconds(1))),
                new Naive(cnn, BATCH_SIZE, SLOTS, jobs),
                new Naive(mlp, BATCH_SIZE, SLOTS, jobs),
                new SeparatedOverhead("images", Scenarios::images, calls),
                new SeparatedOverhead("mlp", Scenarios::smallRows, calls),
                new SeparatedOverhead("mlp, 16 batches", Scenarios::manySmallRows, calls),
                SeparatedOverhead.adaptive(
                        "mlp, adaptive", Scenarios::smallRows, ADAPTIVE_GROWTH, calls),
                new WarmPool(widths, plan(1, Duration.ofSeconds(1))),
                new WarmRestart(widths, load, plan(0, load)),
                new PoolKill(load, plan(0, load)),
                new PoolRescale(load, plan(0, load)),
                SuccessRate.againstSingleRows(
                        quick ? 2_048 : 20_000, plan(1, Duration.ofSeconds(1))),
                SuccessRate.againstBatches(quick ? 2_048 : 20_000, plan(1, Duration.ofSeconds(1))),
                new Tail(TailPolicy.EJECTION, plan(1, quick ? Duration.ofSeconds(3) : TAIL)),
                new Tail(TailPolicy.SPILL_BACK, plan(1, quick ? Duration.ofSeconds(3) : TAIL)),
                new Tail(TailPolicy.HEDGING, plan(1, quick ? Duration.ofSeconds(3) : TAIL)),
                new SlowingTail(plan(1, quick ? Duration.ofSeconds(3) : TAIL)),
                new FaultOverhead(Scenarios::smallRows, calls),
                new PythonOverhead(Rows.images(), PythonOverhead.BARE_LOOP, modelThreads, jobs),
                new PythonOverhead(Rows.images(), PythonOverhead.PICKLED_ROWS, modelThreads, jobs),
                new PythonOverhead(Rows.small(), PythonOverhead.BARE_LOOP, modelThreads, calls),
                new PythonOverhead(Rows.small(), PythonOverhead.PICKLED_ROWS, modelThreads, calls),
                new FileSources(Pair.LOOSE_FILES, quick ? 2_000 : 20_000, jobs),
                new FileSources(Pair.TAR_SHARDS, quick ? 2_000 : 20_000, jobs),
                new FileSources(Pair.SHARDS_AND_FILES, quick ? 2_000 : 20_000, jobs),
                new Dedupe(cnn, Dedupe.Device.SIMULATED, 3, BATCH_SIZE, jobs),
                new Dedupe(cnn, Dedupe.Device.SIMULATED, 0, BATCH_SIZE, jobs),
                new Dedupe(cnn, Dedupe.Device.PROCESSOR, 3, BATCH_SIZE, jobs),
                new Dedupe(cnn, Dedupe.Device.PROCESSOR, 0, BATCH_SIZE, jobs),
                new Resume(
                        Resume.Peer.FROM_SCRATCH,
                        quick ? 12 : 60,
                        KILLED_AT,
                        plan(0, Duration.ofSeconds(1))),
                new Resume(
                        Resume.Peer.BY_HAND,
                        quick ? 12 : 60,
                        KILLED_AT,
                        plan(0, Duration.ofSeconds(1))),
                new StuckRun(plan(1, Duration.ofSeconds(1))),
                sqlPredict(
                        "128 floats", Scenarios::floats, Place.IN_PROCESS, PeerSettings.DEFAULTS),
                sqlPredict("128 floats", Scenarios::floats, Place.IN_PROCESS, PeerSettings.BEST),
                sqlPredict("128 floats", Scenarios::floats, Place.POOL, PeerSettings.DEFAULTS),
                sqlPredict("128 floats", Scenarios::floats, Place.POOL, PeerSettings.BEST),
                sqlPredict("images", Scenarios::pictures, Place.IN_PROCESS, PeerSettings.DEFAULTS),
                sqlPredict("images", Scenarios::pictures, Place.IN_PROCESS, PeerSettings.BEST),
                sqlPredict("images", Scenarios::pictures, Place.POOL, PeerSettings.DEFAULTS),
                sqlPredict("images", Scenarios::pictures, Place.POOL, PeerSettings.BEST),
                new SqlFunction(cnn, BATCH_SIZE, jobs),
                new SqlFunction(mlp, BATCH_SIZE, jobs),
                new SqlOverhead(cnn, Way.ML_PREDICT, BATCH_SIZE, jobs),
                new SqlOverhead(mlp, Way.ML_PREDICT, BATCH_SIZE, jobs),
                new SqlOverhead(cnn, Way.TABLE, BATCH_SIZE, jobs),
                new SqlOverhead(mlp, Way.TABLE, BATCH_SIZE, jobs));
    }

    private Scenario sqlPredict(
            String rows, Function<Path, SqlModel> source, Place place, PeerSettings peer) {
        Duration length = quick ? Duration.ofSeconds(1) : Duration.ofSeconds(8);
        return new SqlPredict(rows, source, place, peer, plan(1, length));
    }

    private static SqlModel floats(Path scratch) {
        return SqlModel.floats(scratch, BATCH_SIZE);
    }

    private static SqlModel pictures(Path scratch) {
        return SqlModel.images(scratch, IMAGES);
    }

    private static Traffic images(Path scratch) {
        Path directory = scratch.resolve("images");
        ConvModel.export(directory);
        return new Traffic(
                SeparatedOverhead.onOneThread(directory.toString()),
                ConvModel.INPUT,
                DataType.UINT8,
                Shape.of(IMAGES, ConvModel.SIDE, ConvModel.SIDE, ConvModel.CHANNELS),
                IN_FLIGHT);
    }

    private static Traffic smallRows(Path scratch) {
        return smallRows(scratch, IN_FLIGHT);
    }

    private static Traffic manySmallRows(Path scratch) {
        return smallRows(scratch, MANY_IN_FLIGHT);
    }

    private static Traffic smallRows(Path scratch, int inFlight) {
        BenchModel model = BenchModel.mlp(scratch);
        return new Traffic(
                SeparatedOverhead.onOneThread(model.directory()),
                "",
                DataType.FLOAT32,
                Shape.of(BATCH_SIZE, model.rowFloats()),
                inFlight);
    }

    private Plan ledgerPlan() {
        return new Plan(
                LEDGER_WARM_UPS,
                repetitions.orElse(quick ? QUICK_REPETITIONS : LEDGER_REPETITIONS),
                quick ? LEDGER_QUICK : LEDGER);
    }

    private Plan plan(int warmUps, Duration length) {
        int standard = quick ? QUICK_REPETITIONS : REPETITIONS;
        return new Plan(warmUps, repetitions.orElse(standard), length);
    }
}
