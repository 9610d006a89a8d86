package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port that a server listens on, for gRPC and HTTP. */
final class Endpoint {

    private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
    private static final int FLOW_CONTROL_WINDOW = 8 << 20;
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    private final Server server;
    private final ReplicaAddress address;

    private Endpoint(Server server, ReplicaAddress address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Begins to listen; blocks until it does.
     *
     * @throws IllegalStateException if it cannot, and why
     */
    static Endpoint start(
            ReplicaServerConfig config,
            InferenceService service,
            ModelCatalog catalog,
            ServerCounters counters) {
        Server server = build(config, service, catalog, counters);
        try {
            server.start().join();
        } catch (CompletionException failure) {
            throw new IllegalStateException(
                    "Cannot listen on %s:%d: %s. Set pool.server.port to a free port, or to 0."
                            .formatted(
                                    config.bindHost(),
                                    config.port(),
                                    failure.getCause().getMessage()),
                    failure.getCause());
        }
        ReplicaAddress address =
                new ReplicaAddress(config.advertisedHost(), server.activeLocalPort());
        LOG.info("Serving models at {}.", address);
        return new Endpoint(server, address);
    }

    ReplicaAddress address() {
        return address;
    }

    /** Stops listening; does not wait. */
    void close() {
        CompletableFuture<?> unused = server.stop();
        LOG.info("No longer serving at {}.", address);
    }

    private static Server build(
            ReplicaServerConfig config,
            InferenceService service,
            ModelCatalog catalog,
            ServerCounters counters) {
        int maxMessage = (int) config.limits().maxMessageBytes();
        ServerBuilder builder =
                Server.builder()
                        // Deadlines are the clients' own: a call without one may take its time.
                        .requestTimeoutMillis(0)
                        .maxRequestLength(maxMessage)
                        .http1MaxHeaderSize(config.maxHeaderBytes())
                        .http1MaxInitialLineLength(config.maxHeaderBytes())
                        .http2MaxHeaderListSize(config.maxHeaderBytes())
                        .http2InitialStreamWindowSize(FLOW_CONTROL_WINDOW)
                        .http2InitialConnectionWindowSize(FLOW_CONTROL_WINDOW)
                        .idleTimeout(IDLE_TIMEOUT, true)
                        .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO);
        TransportSecurity.apply(builder, config, counters);
        builder.service(
                GrpcService.builder()
                        .addService(new GrpcCalls(service, catalog, config.limits()).definition())
                        .maxRequestMessageLength(maxMessage)
                        .maxResponseMessageLength(maxMessage)
                        .useBlockingTaskExecutor(false)
                        .build());
        return builder.build();
    }
}
