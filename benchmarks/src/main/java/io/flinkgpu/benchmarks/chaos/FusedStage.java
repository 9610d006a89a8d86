package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.deploy.cluster.LocalCluster;
import java.nio.file.Path;
import java.util.List;

/** One cluster that runs the whole pipeline, inference included. */
final class FusedStage extends ChaosStage {

    private final LocalCluster cluster;

    FusedStage(LocalCluster cluster, Path faults) {
        super(faults);
        this.cluster = cluster;
    }

    @Override
    List<Disruption.Kind> kinds() {
        return List.of(
                Disruption.Kind.KILL,
                Disruption.Kind.SLOW,
                Disruption.Kind.HANG,
                Disruption.Kind.BREAK);
    }

    @Override
    LocalCluster pipeline() {
        return cluster;
    }

    @Override
    LocalCluster devices() {
        return cluster;
    }

    @Override
    List<String> victims() {
        return List.of("gpu-1", "gpu-2", "cpu-1");
    }

    @Override
    void repair() {
        cluster.startMissing();
    }

    @Override
    String kill(String taskManager) {
        cluster.kill(taskManager);
        return taskManager;
    }
}
