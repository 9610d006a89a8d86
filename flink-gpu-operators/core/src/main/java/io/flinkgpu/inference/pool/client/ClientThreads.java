package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.process.DaemonThreads;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all pool clients of the process.
 *
 * <p>Daemons that never hold a job's class loader.
 *
 * @param workers encode, send and decode batches
 * @param timer for deadlines, pauses and lingering; only hands work over
 * @param network moves bytes
 */
record ClientThreads(Workers workers, ScheduledThreadPoolExecutor timer, EventLoopGroup network) {

    private static final int MAX_WORKERS = 8;
    private static final int NETWORK_THREADS = 2;
    private static final long IDLE_SECONDS = 60;

    /** Threads that start when there is work and end when there is none. */
    static ClientThreads create() {
        ScheduledThreadPoolExecutor timer =
                DaemonThreads.timer(DaemonThreads.numbered("pool-client-timer"));
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return new ClientThreads(
                startWorkers(),
                timer,
                new MultiThreadIoEventLoopGroup(
                        NETWORK_THREADS,
                        DaemonThreads.numbered("pool-client-network"),
                        NioIoHandler.newFactory()));
    }

    private static Workers startWorkers() {
        int threads =
                Math.min(MAX_WORKERS, Math.max(2, Runtime.getRuntime().availableProcessors()));
        return new Workers(threads, DaemonThreads.numbered("pool-client"));
    }
}
