package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * gRPC's own health service ({@code grpc.health.v1}): of the server, by the empty name or that of
 * the inference service, and of each model, by its name.
 *
 * <p>Readiness has many causes and no events: a watch looks once a second. Never blocks.
 */
final class HealthEndpoint extends HealthGrpc.HealthImplBase {

    private static final long LOOK_MILLIS = 1_000;

    private final InferenceEndpoint endpoint;

    HealthEndpoint(InferenceEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        Optional<Boolean> ready = isReady(request.getService());
        if (ready.isEmpty()) {
            observer.onError(
                    Status.NOT_FOUND
                            .withDescription(
                                    "Cannot find '%s': it is neither a service nor a model here."
                                            .formatted(request.getService()))
                            .asRuntimeException());
            return;
        }
        observer.onNext(response(ready));
        observer.onCompleted();
    }

    /** Tells the state at once, and whenever it is another one, until the client goes. */
    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        ServerCallStreamObserver<HealthCheckResponse> call =
                (ServerCallStreamObserver<HealthCheckResponse>) observer;
        Watch watch = new Watch(request.getService(), call);
        watch.look();
        Future<?> looks =
                ServiceRequestContext.current()
                        .eventLoop()
                        .scheduleWithFixedDelay(
                                watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        call.setOnCancelHandler(() -> looks.cancel(false));
    }

    /** Empty if there is no such service and no such model. */
    private Optional<Boolean> isReady(String name) {
        if (name.isEmpty() || name.equals(GRPCInferenceServiceGrpc.SERVICE_NAME)) {
            return Optional.of(endpoint.isReady());
        }
        if (name.equals(HealthGrpc.SERVICE_NAME)) {
            return Optional.of(true);
        }
        if (name.isBlank()) {
            return Optional.empty();
        }
        return endpoint.isReadyIfServed(new ServedModel(name, ServedModel.LATEST));
    }

    private static HealthCheckResponse response(Optional<Boolean> ready) {
        ServingStatus status =
                ready.map(good -> good ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
                        .orElse(ServingStatus.SERVICE_UNKNOWN);
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    /** One client's; in its connection's event loop. */
    private final class Watch {

        private final String name;
        private final ServerCallStreamObserver<HealthCheckResponse> call;
        @Nullable private HealthCheckResponse last;

        private Watch(String name, ServerCallStreamObserver<HealthCheckResponse> call) {
            this.name = name;
            this.call = call;
        }

        private void look() {
            HealthCheckResponse seen = response(isReady(name));
            if (!seen.equals(last) && !call.isCancelled()) {
                last = seen;
                call.onNext(seen);
            }
        }
    }
}
