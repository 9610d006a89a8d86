package io.flinkgpu.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import io.flinkgpu.inference.pool.routing.RouterConfig;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to choose a replica and to give its place back.
 *
 * <p>A share of the replicas is full all the time, as under load, so that some draws are in vain.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterMicrobenchmark {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final int ROWS = 32;

    @Param({"10", "10000"})
    public int replicas;

    /** Percent of the replicas that are full. */
    @Param({"0", "50"})
    public int full;

    private final SplittableRandom keys = new SplittableRandom(1);
    private Router router;

    @Setup
    public void fillRouter() {
        router = new Router(RouterConfig.of("client", 2), System::nanoTime);
        router.update(
                List.of(
                        new Membership(
                                PoolAddress.parse("flink://jobmanager:8081/digits"),
                                1,
                                true,
                                IntStream.range(0, replicas)
                                        .mapToObj(RouterMicrobenchmark::replica)
                                        .toList())));
        int batchesToHold = 2 * replicas * full / 100;
        for (int i = 0; i < batchesToHold; i++) {
            Route held = router.pick(request()).orElseThrow();
            assertThat(held.replica()).isNotNull();
        }
    }

    /** One batch's way through the router. */
    @Benchmark
    public Route pickAndAnswer() {
        Route route = router.pick(request()).orElseThrow();
        route.succeeded(1_000_000);
        return route;
    }

    private RoutingRequest request() {
        return new RoutingRequest(MODEL, keys.nextLong(), ROWS, Set.of());
    }

    private static Replica replica(int index) {
        return new Replica(
                new ReplicaAddress("gpu-" + index, 9000),
                "gpu-" + index,
                new ReplicaDevice("gpu-" + index, "simulated"),
                ReplicaState.READY,
                Set.of(new ServedModel("digits", "1")),
                ReplicaLoad.idle());
    }
}
