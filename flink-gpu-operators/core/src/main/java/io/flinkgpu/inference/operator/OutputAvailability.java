package io.flinkgpu.inference.operator;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.io.network.api.writer.ResultPartitionWriter;

/**
 * Whether the network buffers behind a task take another record.
 *
 * <p>Touches {@code Environment#getAllWriters()} of Flink 2.3. Emitting into full buffers blocks
 * the task's thread, and with it every barrier; Flink asks before it lets a task process input, and
 * an operator that emits by itself must ask, too. Mailbox thread only.
 */
final class OutputAvailability {

    private final ResultPartitionWriter[] writers;

    OutputAvailability(Environment environment) {
        this.writers = environment.getAllWriters();
    }

    boolean isAvailable() {
        for (ResultPartitionWriter writer : writers) {
            if (!writer.isAvailable()) {
                return false;
            }
        }
        return true;
    }

    /** Completes when all writers have been available, on any thread. */
    CompletableFuture<?> whenAvailable() {
        CompletableFuture<?>[] futures = new CompletableFuture<?>[writers.length];
        for (int i = 0; i < writers.length; i++) {
            futures[i] = writers[i].getAvailableFuture();
        }
        return CompletableFuture.allOf(futures);
    }
}
