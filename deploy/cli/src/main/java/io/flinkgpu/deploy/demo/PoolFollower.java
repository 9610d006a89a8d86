package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.deploy.observe.ReplicaUse;
import io.flinkgpu.deploy.observe.ReplicaWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * Follows the pools' part of a separated run: the replicas of those that Flink jobs are, and of all
 * why none answers. Not thread-safe.
 */
final class PoolFollower implements AutoCloseable {

    private static final String FLINK = "flink";

    private final List<PoolAddress> pools;
    private final Map<PoolAddress, ReplicaWatch> watches = new LinkedHashMap<>();
    @Nullable private final KillAtHalf killing;

    /** With {@code killing} null, everything is left alive. */
    PoolFollower(List<PoolAddress> pools, @Nullable KillAtHalf killing) {
        this.pools = List.copyOf(pools);
        this.killing = killing;
        pools.stream()
                .filter(pool -> pool.scheme().equals(FLINK))
                .forEach(pool -> watches.computeIfAbsent(pool, ReplicaWatch::new));
    }

    /** Looks at the replicas, and kills one if it is time to; one phrase for the progress line. */
    String progressed(Progress progress) throws InterruptedException {
        update();
        if (killing != null) {
            killing.progressed(progress);
        }
        return watches.values().stream()
                .map(ReplicaWatch::describe)
                .collect(Collectors.joining(" | "));
    }

    /** What is wrong with each of the pools; none if one of them may answer. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (PoolAddress pool : pools) {
            Optional<String> problem = problem(pool);
            if (problem.isEmpty()) {
                return List.of();
            }
            problems.add("pool %s does not answer: %s".formatted(pool, problem.get()));
        }
        return problems;
    }

    private Optional<String> problem(PoolAddress pool) {
        ReplicaWatch watch = watches.get(pool);
        if (watch == null) {
            return EndpointCheck.problem(pool.authority());
        }
        return watch.problem()
                .or(
                        () ->
                                watch.ready() > 0
                                        ? Optional.empty()
                                        : Optional.of("none of its replicas is ready."));
    }

    /** Of the replicas that were seen; empty where no registry tells them. */
    Optional<PoolReport> report() throws InterruptedException {
        if (watches.isEmpty()) {
            return Optional.empty();
        }
        update();
        List<ReplicaUse> uses =
                watches.values().stream().flatMap(watch -> watch.uses().stream()).toList();
        return Optional.of(
                new PoolReport(uses, Optional.ofNullable(killing).flatMap(KillAtHalf::kill)));
    }

    private void update() throws InterruptedException {
        for (ReplicaWatch watch : watches.values()) {
            watch.update();
        }
    }

    @Override
    public void close() {
        watches.values().forEach(ReplicaWatch::close);
    }
}
