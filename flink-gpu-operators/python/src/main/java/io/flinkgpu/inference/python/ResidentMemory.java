package io.flinkgpu.inference.python;

import io.flinkgpu.inference.process.ProcessMemory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each worker that holds more main memory than it is expected to, once. */
final class ResidentMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResidentMemory.class);
    private static final long INTERVAL_SECONDS = 10;

    private final List<WorkerSlot> slots;
    private final long maxBytes;
    private final Set<Long> reported = new HashSet<>();
    private Future<?> looks = CompletableFuture.completedFuture(null);

    private ResidentMemory(List<WorkerSlot> slots, long maxBytes) {
        this.slots = slots;
        this.maxBytes = maxBytes;
    }

    /**
     * Looks every ten seconds, until it is closed.
     *
     * @param maxBytes expected of a worker; 0: nothing is expected, and nothing looked at
     */
    static ResidentMemory watch(List<WorkerSlot> slots, long maxBytes) {
        ResidentMemory watch = new ResidentMemory(slots, maxBytes);
        if (maxBytes > 0) {
            watch.looks =
                    WorkerStart.TIMER.scheduleWithFixedDelay(
                            watch::look, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
        return watch;
    }

    /** Reports those that hold too much. */
    private synchronized void look() {
        for (WorkerSlot slot : slots) {
            WorkerProcess worker = slot.worker();
            long held = ProcessMemory.of(worker.pid()).map(ProcessMemory::pinnedBytes).orElse(0L);
            if (held > maxBytes && reported.add(worker.pid())) {
                LOG.warn(
                        "{} holds {} of main memory and was expected to need {} at most. Raise {} and the memory of the task manager, or lower what the code holds.",
                        worker.name(),
                        new MemorySize(held).toHumanReadableString(),
                        new MemorySize(maxBytes).toHumanReadableString(),
                        PythonOptions.MAX_RESIDENT_MEMORY.key());
            }
        }
    }

    @Override
    public void close() {
        looks.cancel(false);
    }
}
