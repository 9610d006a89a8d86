package io.flinkgpu.inference.pool.server;

import java.util.function.Supplier;

/** Threads of libraries, which outlive jobs and never hold a job's class loader. */
final class ServerThreads {

    private ServerThreads() {}

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
