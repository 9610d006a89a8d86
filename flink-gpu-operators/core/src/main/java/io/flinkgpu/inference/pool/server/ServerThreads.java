package io.flinkgpu.inference.pool.server;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Threads that outlive jobs: daemons that never hold a job's class loader. */
final class ServerThreads {

    private ServerThreads() {}

    static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(ServerThreads.class.getClassLoader());
            return thread;
        };
    }

    static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, named("replica-server-timer"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Does work that may start threads, which inherit the class loader of their creator. */
    static <T> T withOwnClassLoader(Supplier<T> work) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(ServerThreads.class.getClassLoader());
        try {
            return work.get();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
