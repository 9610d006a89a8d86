package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A cluster that runs the pipeline and another one that runs its pool, with a proxy in front of
 * each of the pool's task managers.
 */
final class SeparatedStage extends ChaosStage {

    private static final long LOOK_MILLIS = 500;

    private final LocalCluster pipeline;
    private final LocalCluster pool;
    private final String poolName;
    private final int replicas;
    private final Map<String, TcpProxy> proxies = new LinkedHashMap<>();
    private final Map<String, ReplicaAddress> addresses = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();

    SeparatedStage(
            LocalCluster pipeline, LocalCluster pool, String poolName, int replicas, Path faults)
            throws IOException {
        super(faults);
        this.pipeline = pipeline;
        this.pool = pool;
        this.poolName = poolName;
        this.replicas = replicas;
        for (int i = 1; i <= replicas; i++) {
            String name = "gpu-" + i;
            proxies.put(name, new TcpProxy(() -> target(name)));
        }
        ScheduledFuture<?> unused =
                looks.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The proxies, which pipelines take for the replicas. */
    PoolAddress address() {
        return PoolAddress.parse(
                "static://"
                        + proxies.values().stream()
                                .map(proxy -> "localhost:" + proxy.port())
                                .collect(Collectors.joining(",")));
    }

    @Override
    List<Disruption.Kind> kinds() {
        return List.of(
                Disruption.Kind.KILL,
                Disruption.Kind.SLOW,
                Disruption.Kind.HANG,
                Disruption.Kind.BREAK,
                Disruption.Kind.CUT,
                Disruption.Kind.RESCALE);
    }

    @Override
    LocalCluster pipeline() {
        return pipeline;
    }

    @Override
    LocalCluster devices() {
        return pool;
    }

    @Override
    List<String> victims() {
        List<String> victims = new ArrayList<>(proxies.keySet());
        victims.add("cpu-1");
        return victims;
    }

    @Override
    String disrupt(Disruption disruption) throws Exception {
        return switch (disruption.kind()) {
            case CUT -> cut(disruption);
            case RESCALE -> rescale(disruption);
            case KILL, KILL_WORKER, KILL_BROKER, SLOW, HANG, BREAK -> super.disrupt(disruption);
        };
    }

    @Override
    void repair() {
        pipeline.startMissing();
        pool.startMissing();
    }

    @Override
    String kill(String taskManager) {
        (taskManager.startsWith("gpu-") ? pool : pipeline).kill(taskManager);
        return taskManager;
    }

    @Override
    public void close() throws Exception {
        looks.shutdownNow();
        for (TcpProxy proxy : proxies.values()) {
            proxy.close();
        }
    }

    private String cut(Disruption disruption) throws InterruptedException {
        String name = pick(List.copyOf(proxies.keySet()), disruption);
        proxies.get(name).cut();
        pass(disruption.length());
        proxies.get(name).mend();
        return name;
    }

    private String rescale(Disruption disruption) throws InterruptedException {
        int size = 1 + disruption.victim() % replicas;
        try (Pools pools = new Pools(ClusterSet.rest(pool))) {
            pools.scale(poolName, size);
            pass(disruption.length());
            pools.scale(poolName, replicas);
        }
        return poolName + " to " + size;
    }

    private Optional<InetSocketAddress> target(String taskManager) {
        return Optional.ofNullable(addresses.get(taskManager))
                .map(address -> new InetSocketAddress(address.host(), address.port()));
    }

    /** While the registry cannot be asked, the replicas stay where they were. */
    private void look() {
        try (Pools pools = new Pools(ClusterSet.rest(pool))) {
            Map<String, Long> pids =
                    pool.processes().stream()
                            .collect(Collectors.toMap(ProcessRecord::name, ProcessRecord::pid));
            for (Replica replica : pools.status(poolName).replicas()) {
                proxies.keySet().stream()
                        .filter(name -> replica.device().id().contains("-" + pids.get(name) + "-"))
                        .forEach(name -> addresses.put(name, replica.address()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException notYet) {
            // the next look may find it
        }
    }
}
