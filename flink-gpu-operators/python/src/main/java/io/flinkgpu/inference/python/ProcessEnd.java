package io.flinkgpu.inference.python;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends workers with all that they have started. */
final class ProcessEnd {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

    /** How long to wait for the rest of what a process wrote. */
    static final Duration OUTPUT_GRACE = Duration.ofSeconds(1);

    private static final int UNKNOWN_STATUS = -1;
    private static final Duration KILL_GRACE = Duration.ofSeconds(10);

    private ProcessEnd() {}

    /**
     * Kills a worker and its process group; does not wait.
     *
     * <p>The group is killed by the watcher in it, which sees that the worker's input is closed.
     */
    static void kill(Process process) {
        process.destroyForcibly();
        closeInput(process);
    }

    /** Waits for the exit status of a process that ends; -1 if the system cannot end it. */
    static int await(Process process) {
        return await(process, KILL_GRACE) ? process.exitValue() : UNKNOWN_STATUS;
    }

    /** Whether a process ends in time. */
    static boolean await(Process process, Duration atMost) {
        CompletableFuture<Boolean> end = process.onExit().thenApply(ended -> true);
        return end.completeOnTimeout(false, atMost.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException failure) {
            // INVARIANT: nothing is thrown from here, or those who wait for the end would for ever
            LOG.debug("Cannot close the input of process {}.", process.pid(), failure);
        }
    }
}
