package io.flinkgpu.deploy.cluster;

import org.apache.flink.annotation.Internal;

/**
 * Work that is done when the process ends while this is open, as it does on Ctrl-C.
 *
 * <p>Its work runs in a thread of its own, perhaps while the work that it cleans up after goes on.
 */
@Internal
public final class ExitHook implements AutoCloseable {

    private final Thread hook;

    private ExitHook(Thread hook) {
        this.hook = hook;
    }

    /** Opens one. */
    public static ExitHook open(String name, Runnable work) {
        Thread hook = new Thread(work, name);
        Runtime.getRuntime().addShutdownHook(hook);
        return new ExitHook(hook);
    }

    /** Does nothing when the process is about to end: the work is done then. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook runs already
        }
    }
}
