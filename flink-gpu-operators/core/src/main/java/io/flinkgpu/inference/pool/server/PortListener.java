package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.server.transport.FramingWatch;
import io.flinkgpu.inference.pool.server.transport.GrpcMessageGate;
import io.flinkgpu.inference.pool.server.transport.HeaderGate;
import io.flinkgpu.inference.pool.server.transport.ProtocolErrorHandler;
import io.flinkgpu.inference.pool.server.transport.ReceiveMemory;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The open port: gRPC and HTTP on one socket, from its start until it stops. */
final class PortListener {

    private static final Duration CONNECTION_IDLE_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration QUIET_BEFORE_STOP = Duration.ofMillis(100);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int STREAM_WINDOW = 8 << 20;
    private static final int CONNECTION_WINDOW = 16 << 20;

    /**
     * A hedge that lost and a deadline that passed reset their streams, so that a busy connection
     * has thousands of resets a second. The bound is against floods (CVE-2023-44487).
     */
    private static final int MAX_RESETS_PER_SECOND = 20_000;

    private final Server server;
    private final ReplicaAddress address;

    private PortListener(Server server, ReplicaAddress address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Opens the port.
     *
     * @throws IllegalStateException if the port is taken, or a file of certificates or of the token
     *     cannot be used
     */
    static PortListener start(
            ReplicaServerConfig config, InferenceEndpoint endpoint, ServerCounters counters) {
        return ServerThreads.withOwnClassLoader(
                () -> {
                    Server server = build(config, endpoint, counters);
                    try {
                        server.start().join();
                    } catch (CompletionException failure) {
                        throw new IllegalStateException(
                                "Cannot start replica server on port %d: %s"
                                        .formatted(config.port(), failure.getCause().getMessage()),
                                failure.getCause());
                    }
                    return new PortListener(
                            server,
                            new ReplicaAddress(config.advertisedHost(), server.activeLocalPort()));
                });
    }

    ReplicaAddress address() {
        return address;
    }

    CompletableFuture<Void> stop() {
        return server.stop();
    }

    private static Server build(
            ReplicaServerConfig config, InferenceEndpoint endpoint, ServerCounters counters) {
        InetSocketAddress local =
                config.isLoopbackOnly()
                        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), config.port())
                        : new InetSocketAddress(config.port());
        ServerBuilder builder = Server.builder();
        builder.workerGroup(Network.THREADS, false);
        builder.blockingTaskExecutor(Network.CODECS, false);
        builder.requestTimeout(Duration.ZERO);
        builder.idleTimeout(CONNECTION_IDLE_TIMEOUT);
        builder.gracefulShutdownTimeout(QUIET_BEFORE_STOP, LONGEST_STOP);
        builder.maxRequestLength(0); // the gates know it, and let the client hear of it
        builder.http1MaxInitialLineLength(config.maxHeaderBytes());
        builder.http1MaxHeaderSize(config.maxHeaderBytes());
        HeaderGate headers = new HeaderGate(config.maxHeaderBytes());
        builder.http2MaxHeaderListSize(headers.libraryLimit());
        builder.http2MaxResetFramesPerWindow(MAX_RESETS_PER_SECOND, 1);
        builder.http2InitialStreamWindowSize(STREAM_WINDOW);
        builder.http2InitialConnectionWindowSize(CONNECTION_WINDOW);
        builder.childChannelPipelineCustomizer(
                pipeline -> {
                    FramingWatch.addTo(pipeline, config.maxHeaderBytes());
                    pipeline.addLast(new HandshakeWatch(counters));
                });
        TransportSecurity.apply(builder, local, config.security(), counters);
        builder.decorator(headers::check);
        builder.errorHandler(new ProtocolErrorHandler());
        ReceiveMemory memory = ReceiveMemory.ofProcess();
        builder.service(
                GrpcEndpoint.service(endpoint, config.limits()),
                GrpcMessageGate.before(
                        GRPCInferenceServiceGrpc.SERVICE_NAME,
                        config.limits().maxMessageBytes(),
                        memory));
        GrpcSideServices.addTo(builder, endpoint);
        HttpEndpoint.addTo(builder, endpoint, config.limits(), memory);
        return builder.build();
    }

    /** The threads of all servers of the process, from the first one on. */
    private static final class Network {

        private static final int SIZE = Math.max(2, Runtime.getRuntime().availableProcessors());

        private static final EventLoopGroup THREADS =
                EventLoopGroups.newEventLoopGroup(SIZE, "replica-server", true);

        /**
         * Where HTTP's tensors are read and written. That waits for nothing, so that more threads
         * would answer no faster; but each holds native memory, and Armeria's own 200 live on.
         */
        private static final BlockingTaskExecutor CODECS =
                BlockingTaskExecutor.builder()
                        .threadNamePrefix("replica-server-codec")
                        .numThreads(SIZE)
                        .daemon(true)
                        .build();
    }
}
