package io.flinkgpu.inference.process;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;

/**
 * Threads that do not keep a process alive.
 *
 * <p>Those of the factories outlive jobs, so they never hold a job's class loader.
 */
@Internal
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Threads that all have this name. */
    public static ThreadFactory named(String name) {
        return work -> outlivingJobs(work, name);
    }

    /** Threads with this name and a number, from 1. */
    public static ThreadFactory numbered(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> outlivingJobs(work, name + "-" + count.incrementAndGet());
    }

    /** A thread that ends before its job does, and keeps the class loader of its creator. */
    public static Thread ofJob(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** A timer with one thread, which forgets at once what is cancelled. */
    public static ScheduledThreadPoolExecutor timer(ThreadFactory threads) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static Thread outlivingJobs(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        // INVARIANT: these threads outlive jobs, so they never hold a job's class loader.
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        return thread;
    }
}
