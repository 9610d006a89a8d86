package io.flinkgpu.inference.pool.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * The threads that encode, send and decode batches; they start when there is work and end when
 * there is none.
 */
final class Workers extends ThreadPoolExecutor {

    private static final long IDLE_SECONDS = 60;

    /** What the current thread goes on with; null if it is not a worker. */
    private static final ThreadLocal<Next> NEXT = new ThreadLocal<>();

    Workers(int threads, ThreadFactory factory) {
        super(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                factory);
        setThreadFactory(work -> factory.newThread(() -> runAsWorker(work)));
        allowCoreThreadTimeOut(true);
    }

    /**
     * Does something soon: on the calling worker as soon as it has finished what it does, or on
     * another one if the calling thread is no worker, or goes on with something already.
     *
     * <p>A hand-over to another thread takes longer than a small batch does. Never runs {@code
     * work} before it returns, so that the caller may hold a lock.
     */
    void executeNext(Runnable work) {
        Next next = NEXT.get();
        if (next == null || next.of != this || next.isTaken) {
            execute(work);
        } else {
            next.isTaken = true;
            next.work = work;
        }
    }

    /** One thing after each, then it is the turn of others: nothing starves them. */
    @Override
    protected void afterExecute(Runnable done, @Nullable Throwable failure) {
        Next next = NEXT.get();
        Runnable work = next.work;
        next.work = null;
        try {
            if (work != null) {
                work.run();
            }
        } finally {
            next.isTaken = false;
        }
    }

    private void runAsWorker(Runnable work) {
        NEXT.set(new Next(this));
        work.run();
    }

    /** Only its worker's thread touches it. */
    private static final class Next {

        private final Workers of;
        private boolean isTaken;
        @Nullable private Runnable work;

        private Next(Workers of) {
            this.of = of;
        }
    }
}
