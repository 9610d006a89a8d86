package io.flinkgpu.inference.python;

import io.flinkgpu.inference.process.ProcessMemory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.configuration.MemorySize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each worker that holds more main memory than it is expected to, once. */
final class ResidentMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResidentMemory.class);
    private static final long INTERVAL_SECONDS = 10;

    private final Supplier<List<WorkerProcess>> workers;
    private final long maxBytes;
    private final Consumer<String> warnings;
    private final Set<Long> reported = new HashSet<>();
    private Future<?> looks = CompletableFuture.completedFuture(null);

    ResidentMemory(
            Supplier<List<WorkerProcess>> workers, long maxBytes, Consumer<String> warnings) {
        this.workers = workers;
        this.maxBytes = maxBytes;
        this.warnings = warnings;
    }

    /**
     * Looks every ten seconds, until it is closed.
     *
     * @param maxBytes expected of a worker; 0: nothing is expected, and nothing looked at
     */
    static ResidentMemory watch(Supplier<List<WorkerProcess>> workers, long maxBytes) {
        ResidentMemory watch = new ResidentMemory(workers, maxBytes, LOG::warn);
        if (maxBytes > 0) {
            watch.looks =
                    WorkerStart.TIMER.scheduleWithFixedDelay(
                            watch::look, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
        return watch;
    }

    /** Reports those that hold too much. */
    synchronized void look() {
        for (WorkerProcess worker : workers.get()) {
            long held = ProcessMemory.of(worker.pid()).map(ProcessMemory::pinnedBytes).orElse(0L);
            if (held > maxBytes && reported.add(worker.pid())) {
                warnings.accept(
                        "%s holds %s of main memory and was expected to need %s at most. Raise %s and the memory of the task manager, or lower what the code holds."
                                .formatted(
                                        worker.name(),
                                        new MemorySize(held).toHumanReadableString(),
                                        new MemorySize(maxBytes).toHumanReadableString(),
                                        PythonOptions.MAX_RESIDENT_MEMORY.key()));
            }
        }
    }

    @Override
    public void close() {
        looks.cancel(false);
    }
}
