package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.harness.SignificantDigits;
import io.flinkgpu.benchmarks.harness.Summary;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/**
 * A model behind router, gRPC and server against direct calls of the same model host.
 *
 * <p>The model runs in a process of its own on either side, a replica's or one that calls itself.
 * Both sides get the same batches, as many at a time. Where their size is adaptive, the operator's
 * policy chooses it for ours, and the peer gets batches of the size that ours had last.
 */
@Internal
public final class SeparatedOverhead implements Scenario {

    /** Batches that a client has in flight on its replica; what is more waits, and may merge. */
    public static final int PLACES = 2;

    private static final int COPIES = 4;
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    /** The policy looks at each size for half a second, and doubles it four times. */
    private static final Duration CLIMB = Duration.ofSeconds(6);

    private final String variant;
    private final Function<Path, Traffic> source;
    private final int growth;
    private final ScenarioInfo info;
    private Traffic traffic;
    private BatchSizes sizes;
    private ReplicaProcess replica;
    private ModelClient remote;
    private DirectProcess direct;

    /**
     * One kind of rows, in batches of the traffic's size.
     *
     * @param source gives the traffic; may export its model below the scratch directory
     */
    public SeparatedOverhead(String variant, Function<Path, Traffic> source, Plan plan) {
        this(variant, source, 1, plan);
    }

    private SeparatedOverhead(
            String variant, Function<Path, Traffic> source, int growth, Plan plan) {
        this.variant = variant;
        this.source = source;
        this.growth = growth;
        this.info =
                ScenarioInfo.of(
                                "separated-overhead",
                                "rows/s through router, gRPC and a replica server against direct calls of the same model host",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant(variant);
    }

    /**
     * One kind of rows, in batches that start with the traffic's size and are adaptive.
     *
     * @param growth how many times that size they may reach
     */
    public static SeparatedOverhead adaptive(
            String variant, Function<Path, Traffic> source, int growth, Plan plan) {
        return new SeparatedOverhead(variant, source, growth, plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        traffic = source.apply(scratch);
        replica = ReplicaProcess.start(traffic, scratch.resolve("replica.log"));
        direct = DirectProcess.start(traffic, scratch.resolve("direct.log"));
        remote = connect(traffic, replica, new Configuration());
        remote.ready().get(1, TimeUnit.MINUTES);
        sizes = BatchSizes.adaptive(traffic.batchSize(), growth * traffic.batchSize());
        if (isAdaptive()) {
            double unusedClimb = traffic.rowsPerSecond(remote, sizes, CLIMB);
        }
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        double unusedWarmUp = rowsPerSecond(run.side(), WARM_UP);
        double rate = rowsPerSecond(run.side(), run.length());
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("microsPerRow", TimeUnit.SECONDS.toMicros(1) / rate);
        if (isAdaptive()) {
            details.put("batchSize", (double) sizes.usual());
        }
        return new Measurement(rate, details);
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", variant);
        settings.put("batchSize", isAdaptive() ? "adaptive" : traffic.batchSize());
        if (isAdaptive()) {
            settings.put("minBatchSize", traffic.batchSize());
            settings.put("maxBatchSize", growth * traffic.batchSize());
            settings.put(
                    "ours",
                    "the policy of inference.batch.adaptive chooses the size, also while it is measured");
            settings.put(
                    "batchSizeOfPeer", "the one that ours sent most rows with in its last run");
        }
        settings.put("batchesOffered", traffic.inFlight());
        settings.put("batchesInFlightPerReplica", PLACES);
        settings.put("mostRowsOfADeviceBatch", isAdaptive() ? "any" : traffic.mostRows());
        settings.put("inputBytesPerRow", traffic.rowBytes());
        settings.put("threadsOfAnOperation", "1");
        settings.put("server", "a second JVM on this machine, plain text over loopback");
        settings.put("peer", "ModelHost in a third JVM, which calls it with the same batches");
        return settings;
    }

    @Override
    public Map<String, Object> details(Summary ours, Summary peer) throws Exception {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "overheadMicrosPerRow",
                TimeUnit.SECONDS.toMicros(1) / ours.median()
                        - TimeUnit.SECONDS.toMicros(1) / peer.median());
        // Beside the kernel's own: tensor to chunk to network buffer, and network buffers to one
        // message to tensor.
        details.put("inputBytesCopiedPerRow", COPIES * traffic.rowBytes());
        if (isAdaptive()) {
            details.put("rowsPerSecondAtMinBatchSize", ratesOfTheSmallestBatches());
        }
        return details;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(remote, direct, replica);
    }

    /**
     * The model with one thread for an operation. A GPU leaves the processor to the network; a
     * model that takes every core for itself would stand for none.
     */
    public static ModelRef onOneThread(String directory) {
        return ModelRef.savedModel(directory).withOption(TensorFlowRuntime.INTRA_OP_THREADS, "1");
    }

    private boolean isAdaptive() {
        return growth > 1;
    }

    private double rowsPerSecond(Side side, Duration length) throws Exception {
        if (side == Side.PEER) {
            return direct.rowsPerSecond(sizes.usual(), length);
        }
        sizes.startCounting();
        return traffic.rowsPerSecond(remote, sizes, length);
    }

    /** What both sides make of batches that do not grow. */
    private Map<String, Double> ratesOfTheSmallestBatches() throws Exception {
        Duration length = info.plan().length();
        return Map.of(
                Side.OURS.displayName(),
                SignificantDigits.round(traffic.rowsPerSecond(remote, length)),
                Side.PEER.displayName(),
                SignificantDigits.round(direct.rowsPerSecond(traffic.batchSize(), length)));
    }

    /** A client of one replica, with further options. */
    static ModelClient connect(Traffic traffic, ReplicaProcess server, Configuration further)
            throws Exception {
        PoolAddress pool = PoolAddress.parse("static://" + server.address());
        Configuration options = new Configuration(further);
        options.set(PoolOptions.ADDRESSES, List.of(pool.toString()));
        options.set(PoolOptions.MAX_IN_FLIGHT_BATCHES, PLACES);
        PoolClientConfig config = PoolClientConfig.from(options, Map.of());
        RemoteModelClient client = RemoteModelClient.connect(traffic.model(), config, "");
        Membership members = new Membership(pool, 0, true, List.of(Replica.at(server.address())));
        client.membersChanged(new MembersChanged(List.of(members)));
        return client;
    }
}
