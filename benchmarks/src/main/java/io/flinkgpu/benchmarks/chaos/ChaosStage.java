package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The clusters of one mode, and how to do something to them. One thread at a time. */
abstract class ChaosStage implements AutoCloseable {

    /** Longer than runs may take, so that each is given up. */
    static final Duration HANG = Duration.ofSeconds(20);

    static final Duration MAX_RUN_TIME = Duration.ofSeconds(4);

    private static final String WORKER_FILE = "flink_gpu_worker.py";
    private static final double SLOW_FACTOR = 20;
    private static final String BROKEN = "CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure";

    private final Path faults;

    ChaosStage(Path faults) {
        this.faults = faults;
    }

    /** What may go wrong here. */
    abstract List<Disruption.Kind> kinds();

    /** The cluster that the load runs on. */
    abstract LocalCluster pipeline();

    /** The cluster whose devices are disturbed. */
    abstract LocalCluster devices();

    /** The names of the task managers that may be killed. */
    abstract List<String> victims();

    /**
     * Does it, and undoes it when its time is over.
     *
     * @return whom it was done to
     */
    String disrupt(Disruption disruption) throws Exception {
        return switch (disruption.kind()) {
            case KILL -> kill(pick(victims(), disruption));
            case KILL_WORKER -> killWorker(disruption);
            case SLOW -> disturb(disruption, DeviceFaults.slow(SLOW_FACTOR));
            case HANG -> disturb(disruption, DeviceFaults.hanging(HANG));
            case BREAK ->
                    disturb(disruption, DeviceFaults.failing(1, ErrorClass.FATAL_DEVICE, BROKEN));
            case CUT, RESCALE, KILL_BROKER ->
                    throw new IllegalArgumentException(
                            "Invalid disruption of a fused job: " + disruption.kind() + ".");
        };
    }

    /** Starts what is missing, so that a killed process, or one that gave itself up, comes back. */
    abstract void repair();

    abstract String kill(String taskManager);

    static <T> T pick(List<T> from, Disruption disruption) {
        return from.get(Math.floorMod(disruption.victim(), from.size()));
    }

    static void pass(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    private String disturb(Disruption disruption, DeviceFaults disturbance)
            throws IOException, InterruptedException {
        ProcessRecord taskManager = pick(gpuTaskManagers(), disruption);
        String process = "process-" + taskManager.pid();
        disturbance.injectInto(faults, process);
        pass(disruption.length());
        DeviceFaults.heal(faults, process);
        return taskManager.name();
    }

    /** One of those that there are at the moment, if there is one. */
    private String killWorker(Disruption disruption) {
        List<ProcessHandle> workers =
                gpuTaskManagers().stream()
                        .flatMap(taskManager -> ProcessHandle.of(taskManager.pid()).stream())
                        .flatMap(ProcessHandle::children)
                        .filter(ChaosStage::isWorker)
                        .toList();
        if (workers.isEmpty()) {
            return "no worker";
        }
        ProcessHandle worker = pick(workers, disruption);
        worker.destroyForcibly();
        return "worker " + worker.pid();
    }

    private static boolean isWorker(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(WORKER_FILE);
    }

    private List<ProcessRecord> gpuTaskManagers() {
        return devices().processes().stream()
                .filter(process -> process.name().startsWith("gpu-"))
                .toList();
    }

    /** Lets go of what it holds beside the clusters, which end with their owner. */
    @Override
    public void close() throws Exception {}
}
