package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.NvidiaSmi;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** How busy a device is, sampled until it is closed. A simulated device has no samples. */
final class Utilisation implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 250;

    private final ScheduledExecutorService timer =
            DaemonThreads.timer(DaemonThreads.named("gpu-utilisation"));
    private final Queue<Integer> percents = new ConcurrentLinkedQueue<>();
    private final GpuDevice device;

    private Utilisation(GpuDevice device) {
        this.device = device;
    }

    /** Starts to look. */
    static Utilisation of(GpuDevice device) {
        Utilisation utilisation = new Utilisation(device);
        if (!device.simulated()) {
            ScheduledFuture<?> unused =
                    utilisation.timer.scheduleWithFixedDelay(
                            utilisation::sample, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return utilisation;
    }

    /** The samples in percent, the smallest first; those of the idle device among them. */
    List<Integer> sorted() {
        return percents.stream().sorted().toList();
    }

    private void sample() {
        new NvidiaSmi("nvidia-smi", TIMEOUT)
                .run(
                        List.of(
                                "--id=" + device.uuid(),
                                "--query-gpu=utilization.gpu",
                                "--format=csv,noheader,nounits"))
                .map(answer -> answer.text().strip())
                .filter(text -> text.matches("[0-9]+"))
                .ifPresent(text -> percents.add(Integer.valueOf(text)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
