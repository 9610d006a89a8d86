package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.pool.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/**
 * How long the slowest answers take while one replica after the other becomes slow with batches on
 * it, with spill-back against without. The router prefers fast replicas on both sides.
 *
 * <p>All runs take a while, so that batches wait on replicas. In one second of four a replica takes
 * much longer, each time another one of the four. A batch whose run has begun on it is late with
 * and without spill-back; those are fewer than one in a hundred.
 */
@Internal
public final class SlowingTail implements Scenario {

    private static final SteadyBatches BATCHES = new SteadyBatches(120);
    private static final DeviceFaults USUAL = DeviceFaults.hanging(Duration.ofMillis(20));
    private static final DeviceFaults SLOW = DeviceFaults.hanging(Duration.ofMillis(400));
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final int TURNS_A_SLOW_ONE = 4;
    private static final int IN_FLIGHT = 8;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final int REPLICAS = DisturbedReplicas.COUNT;
    private static final double P50 = 0.5;
    private static final double P99 = 0.99;

    private final ScenarioInfo info;
    private DisturbedReplicas replicas;
    private ScheduledExecutorService turns;
    private int turn;

    /** A scenario with this plan. */
    public SlowingTail(Plan plan) {
        this.info =
                ScenarioInfo.of(
                                "tail",
                                "99th percentile of a batch's latency while one replica of four after the other becomes slow for a second, with spill-back against none",
                                "ms",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant("spill-back, becoming slow");
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        replicas = DisturbedReplicas.start(scratch);
        for (int i = 0; i < REPLICAS; i++) {
            replicas.disturb(i, USUAL);
        }
        turns = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> unused =
                turns.scheduleAtFixedRate(
                        this::nextTurn, 0, TURN.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        boolean ours = run.side() == Side.OURS;
        Configuration options = ours ? TailPolicy.SPILL_BACK.options() : TailPolicy.none();
        options.set(PoolOptions.MAX_IN_FLIGHT_BATCHES, IN_FLIGHT);
        try (ModelClient client = replicas.connect(options)) {
            client.ready().get(1, TimeUnit.MINUTES);
            long[] unusedWarmUp = BATCHES.latencies(client, WARM_UP);
            long[] nanos = BATCHES.latencies(client, run.length());
            return new Measurement(
                    SteadyBatches.millis(nanos, P99),
                    Map.of("p50Millis", SteadyBatches.millis(nanos, P50)));
        }
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("batchesPerSecond", BATCHES.batchesPerSecond());
        settings.put("batchSize", DisturbedReplicas.BATCH_SIZE);
        settings.put("usualRunMillis", USUAL.hang().toMillis());
        settings.put("slowRunMillis", SLOW.hang().toMillis());
        settings.put("slowSeconds", TURN.toSeconds());
        settings.put("secondsBetween", TURN.toSeconds() * (TURNS_A_SLOW_ONE - 1));
        settings.put("batchesInFlightPerReplica", IN_FLIGHT);
        settings.put("peer", "the same client without ejection, spill-back and hedging");
        return settings;
    }

    @Override
    public void close() throws Exception {
        if (turns != null) {
            turns.shutdownNow();
        }
        IOUtils.closeAll(replicas);
    }

    private void nextTurn() {
        try {
            int replica = turn / TURNS_A_SLOW_ONE % REPLICAS;
            replicas.disturb(replica, turn % TURNS_A_SLOW_ONE == 0 ? SLOW : USUAL);
            turn++;
        } catch (Exception e) {
            throw new IllegalStateException("Cannot disturb replica: " + e, e);
        }
    }
}
