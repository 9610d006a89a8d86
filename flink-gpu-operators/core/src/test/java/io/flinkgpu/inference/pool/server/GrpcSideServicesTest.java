package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GrpcSideServicesTest {

    private static final String INFERENCE = "inference.GRPCInferenceService";

    private final TestingReplicaServer server = new TestingReplicaServer(options());

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", INFERENCE, "grpc.health.v1.Health", "echo", "team/echo"})
    void tellsTheHealthOfServerAndModels(String service) throws Exception {
        server.readyLease(pairs("echo"));
        server.readyLease(pairs("team/echo"));

        assertThat(check(service)).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void isNotServingWhileAModelLoads() {
        server.lease(pairs("slow").loading(Duration.ofHours(1), MemorySize.ZERO));

        assertThat(check("")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(check("slow")).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", " "})
    void doesNotFindWhatIsNotServed(String service) throws Exception {
        server.readyLease(pairs("echo"));

        assertThatThrownBy(() -> check(service))
                .hasMessage(
                        "NOT_FOUND: Cannot find '%s': it is neither a service nor a model here.",
                        service);
    }

    @Test
    void aWatchHearsOfAModelThatComesAndGoes() throws Exception {
        server.readyLease(pairs("echo"));
        List<ServingStatus> heard = new CopyOnWriteArrayList<>();
        HealthGrpc.newStub(server.channel())
                .watch(request("later"), collecting(heard, response -> response.getStatus()));
        await().until(() -> heard.equals(List.of(ServingStatus.SERVICE_UNKNOWN)));

        ReplicaLease lease = server.readyLease(pairs("later"));
        await().until(() -> heard.contains(ServingStatus.SERVING));
        lease.close();

        await().until(
                        () ->
                                heard.get(heard.size() - 1) == ServingStatus.SERVICE_UNKNOWN
                                        && heard.size() > 2);
    }

    @Test
    void aServerStopsWhileAWatchIsOpen() throws Exception {
        ReplicaLease lease = server.readyLease(pairs("echo"));
        List<ServingStatus> heard = new CopyOnWriteArrayList<>();
        HealthGrpc.newStub(server.channel())
                .watch(request("echo"), collecting(heard, response -> response.getStatus()));
        await().until(() -> !heard.isEmpty());

        lease.close();

        await().until(() -> server.server.address().isEmpty());
        server.server.drain().get(4, TimeUnit.SECONDS); // below the library's grace for calls
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void tellsItsServicesAndTheirMessages(String version) throws Exception {
        server.readyLease(pairs("echo"));

        ServerReflectionResponse services =
                reflect(version, ServerReflectionRequest.newBuilder().setListServices("").build());
        ServerReflectionResponse file =
                reflect(
                        version,
                        ServerReflectionRequest.newBuilder()
                                .setFileContainingSymbol(INFERENCE)
                                .build());

        assertThat(services.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(INFERENCE, "grpc.health.v1.Health");
        FileDescriptorProto described =
                FileDescriptorProto.parseFrom(
                        file.getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(described.getMessageTypeList())
                .extracting(message -> message.getName())
                .contains("ModelInferRequest", "ModelStatisticsResponse");
    }

    private ServingStatus check(String service) {
        return HealthGrpc.newBlockingStub(server.channel()).check(request(service)).getStatus();
    }

    private static HealthCheckRequest request(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }

    private ServerReflectionResponse reflect(String version, ServerReflectionRequest request)
            throws Exception {
        MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
                ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
                        .setFullMethodName(
                                "grpc.reflection.%s.ServerReflection/ServerReflectionInfo"
                                        .formatted(version))
                        .build();
        CompletableFuture<ServerReflectionResponse> first = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> call =
                ClientCalls.asyncBidiStreamingCall(
                        server.channel().newCall(method, CallOptions.DEFAULT),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(ServerReflectionResponse response) {
                                first.complete(response);
                            }

                            @Override
                            public void onError(Throwable failure) {
                                first.completeExceptionally(failure);
                            }

                            @Override
                            public void onCompleted() {}
                        });
        call.onNext(request);
        ServerReflectionResponse response = first.get(10, TimeUnit.SECONDS);
        call.onCompleted();
        return response;
    }

    private static <T, R> StreamObserver<T> collecting(List<R> target, Function<T, R> part) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                target.add(part.apply(value));
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
    }
}
