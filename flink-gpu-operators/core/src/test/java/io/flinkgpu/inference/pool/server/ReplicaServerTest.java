package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsBatch;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.slow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelReadyRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerReadyRequest;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplicaServerTest {

    private static final Duration SLOW = Duration.ofMillis(700);
    private static final Duration SLOWER = Duration.ofSeconds(4);
    private static final Duration FOREVER = Duration.ofMinutes(5);

    @Test
    void answersWithTheRowsOfTheRequest() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));

            InferResponse response =
                    server.infer(
                            new InferRequest(
                                    new ServedModel("echo", ""),
                                    "id-1",
                                    Map.of(),
                                    pairsBatch(3),
                                    List.of()));

            assertThat(response.model()).isEqualTo(new ServedModel("echo", "1"));
            assertThat(response.id()).isEqualTo("id-1");
            assertThat(response.outputs().tensor("output").toFloats())
                    .containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(response.parameters())
                    .containsEntry(InferParameters.DEVICE_BATCH_ROWS, 3L)
                    .containsKeys(InferParameters.QUEUE_NANOS, InferParameters.RUN_NANOS);
        }
    }

    @Test
    void tellsThatItLivesAndIsReady() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));
            var calls = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());

            assertThat(calls.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
            assertThat(calls.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                    .isTrue();
            assertThat(calls.modelReady(modelReady("echo")).getReady()).isTrue();
            assertThat(calls.modelReady(modelReady("other")).getReady()).isFalse();
            assertThat(calls.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
                    .isEqualTo("flink-gpu");
        }
    }

    @Test
    void isNotReadyWhileAModelLoads() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.lease(pairs("slow").loading(FOREVER, MemorySize.ZERO));
            var calls = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());

            assertThat(lease.describe().state()).isEqualTo(ReplicaState.LOADING);
            assertThat(calls.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                    .isFalse();
            assertThat(calls.modelReady(modelReady("slow")).getReady()).isFalse();
            assertStatus(
                    () -> server.infer(pairsRequest("slow", 1)),
                    Status.Code.UNAVAILABLE,
                    "Cannot run model 'slow': it is loading.");
        }
    }

    @Test
    void describesAModelByItsSignature() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));

            ModelMetadataResponse metadata =
                    GRPCInferenceServiceGrpc.newBlockingStub(server.channel())
                            .modelMetadata(
                                    ModelMetadataRequest.newBuilder().setName("echo").build());

            assertThat(metadata.getVersionsList()).containsExactly("1");
            assertThat(metadata.getPlatform()).isEqualTo("simulated");
            assertThat(metadata.getInputs(0).getName()).isEqualTo("input");
            assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("FP32");
            assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
            assertThat(metadata.getOutputs(0).getName()).isEqualTo("output");
        }
    }

    @Test
    void refusesAnUnknownModelNamingThoseItHas() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));

            assertStatus(
                    () -> server.infer(pairsRequest("other", 1)),
                    Status.Code.NOT_FOUND,
                    "Cannot find model 'other': this server has echo [1].");
        }
    }

    @Test
    void refusesAWrongShapeWithExpectedAndActual() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));
            TensorBatch triples = TensorBatch.of("input", Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3));

            assertStatus(
                    () -> server.infer(request("echo", triples, List.of())),
                    Status.Code.INVALID_ARGUMENT,
                    "input 'input' expects [-1, 2] float32 but got [1, 3] float32.");
        }
    }

    @Test
    void refusesAnOutputThatTheModelLacks() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));

            assertStatus(
                    () -> server.infer(request("echo", pairsBatch(1), List.of("scores"))),
                    Status.Code.INVALID_ARGUMENT,
                    "Cannot give output 'scores': model 'echo' has [output].");
        }
    }

    @Test
    void reportsAFailedRunAsInternal() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("broken").failingRuns(3));

            assertStatus(
                    () -> server.infer(pairsRequest("broken", 1)),
                    Status.Code.INTERNAL,
                    "Cannot run simulated model 'broken': run 3 is told to fail.");
            assertThat(server.server.counters().snapshot().failures())
                    .containsEntry(Status.Code.INTERNAL, 1L);
        }
    }

    @Test
    void pushesBackWhenTooManyRowsWait() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(options().set(PoolOptions.SERVER_MAX_WAITING_ROWS, 4))) {
            ReplicaLease lease = server.readyLease(slow(SLOWER));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
            await().until(() -> lease.describe().load().runningRows() == 1);
            Future<InferResponse> waiting = server.inferLater(pairsRequest("slow", 4));
            await().until(() -> lease.describe().load().waitingRows() == 4);

            assertThatThrownBy(() -> server.infer(pairsRequest("slow", 1)))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> {
                                assertThat(refused.getStatus().getCode())
                                        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                                assertThat(pushbackMillis(refused)).isBetween(1L, 10_000L);
                            });
            assertThat(running.get().outputs().rows()).isEqualTo(1);
            assertThat(waiting.get().outputs().rows()).isEqualTo(4);
        }
    }

    @Test
    void dropsARequestPastItsDeadlineWhileTheDeviceIsBusy() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.readyLease(slow(SLOW));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
            await().until(() -> lease.describe().load().runningRows() == 1);
            Future<InferResponse> late =
                    server.inferLater(
                            pairsRequest("slow", 2),
                            CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS));

            assertThatThrownBy(late::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("DEADLINE_EXCEEDED");
            running.get();
            await().until(() -> lease.describe().load().waitingRows() == 0);
            assertThat(lease.describe().load().rowsServed()).isEqualTo(1);
        }
    }

    @Test
    void dropsACancelledRequestWhileTheDeviceIsBusy() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.readyLease(slow(Duration.ofSeconds(2)));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
            await().until(() -> lease.describe().load().runningRows() == 1);
            Future<InferResponse> waiting = server.inferLater(pairsRequest("slow", 3));
            await().until(() -> lease.describe().load().waitingRows() == 3);

            waiting.cancel(true);

            await().until(() -> lease.describe().load().waitingRows() == 0);
            assertThat(running.isDone()).isFalse();
        }
    }

    @Test
    void givesOnlyTheOutputsAskedFor() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));

            InferResponse response =
                    server.infer(request("echo", pairsBatch(2), List.of("output")));

            assertThat(response.outputs().names()).containsExactly("output");
        }
    }

    @Test
    void answersARepeatFromMemoryWhenAllowed() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.readyLease(pairs("echo"));
            Map<String, Object> allowed = Map.of(InferParameters.ALLOW_CACHED, true);

            InferResponse first = server.infer(cacheable("same", allowed));
            InferResponse second = server.infer(cacheable("same", allowed));
            InferResponse notAllowed = server.infer(cacheable("same", Map.of()));

            assertThat(first.parameters()).doesNotContainKey(InferParameters.CACHED);
            assertThat(second.parameters()).containsEntry(InferParameters.CACHED, true);
            assertThat(second.outputs()).isEqualTo(first.outputs());
            assertThat(notAllowed.parameters()).doesNotContainKey(InferParameters.CACHED);
            assertThat(server.server.counters().snapshot().cachedAnswers()).isEqualTo(1);
        }
    }

    @Test
    void failsALeaseWhoseModelCannotLoad() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.lease(pairs("bad").failingToLoad());

            assertThatThrownBy(() -> lease.ready().get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ModelLoadException.class)
                    .hasMessageContaining("it is told to fail");
        }
    }

    @Test
    void takesALingeringReplicaOverAsItIs() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(options().set(PoolOptions.SERVER_LINGER, FOREVER))) {
            ReplicaLease first = server.readyLease(pairs("echo"));
            int port = server.port();
            first.close();
            assertThat(server.infer(pairsRequest("echo", 1)).outputs().rows()).isEqualTo(1);

            ReplicaLease second = server.lease(pairs("echo"));

            assertThat(second.describe().state()).isEqualTo(ReplicaState.READY);
            assertThat(second.describe().load().rowsServed()).isEqualTo(1);
            assertThat(server.port()).isEqualTo(port);
        }
    }

    @Test
    void stopsWhenNothingIsLeft() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.readyLease(pairs("echo"));

            lease.close();

            await().until(() -> server.server.address().isEmpty());
        }
    }

    @Test
    void finishesWhatRunsAndRefusesWhatIsNewWhileDraining() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease lease = server.readyLease(slow(SLOW));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
            await().until(() -> lease.describe().load().runningRows() == 1);

            lease.close();
            await().until(() -> lease.describe().state() == ReplicaState.DRAINING);

            assertStatus(
                    () -> server.infer(pairsRequest("slow", 1)),
                    Status.Code.UNAVAILABLE,
                    "its replica is draining");
            assertThat(running.get(10, TimeUnit.SECONDS).outputs().rows()).isEqualTo(1);
            await().until(() -> server.server.address().isEmpty());
        }
    }

    @Test
    void servesAgainAfterItsReplicasHaveDrained() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease drained = server.readyLease(pairs("echo"));
            server.server.drainReplicas().get(30, TimeUnit.SECONDS);
            assertThat(drained.describe().state()).isEqualTo(ReplicaState.DRAINING);
            drained.close();

            ReplicaLease again = server.readyLease(pairs("echo"));

            assertThat(again.describe().state()).isEqualTo(ReplicaState.READY);
            assertThat(server.infer(pairsRequest("echo", 1)).outputs().rows()).isEqualTo(1);
        }
    }

    @Test
    void leasesNothingMoreOnceTheProcessEnds() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            server.server.drain().get(30, TimeUnit.SECONDS);

            assertThatThrownBy(() -> server.lease(pairs("echo")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Cannot serve pool 'pool': the process is ending.");
        }
    }

    @Test
    void givesUpDrainingAfterItsTime() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(
                        options().set(PoolOptions.SERVER_DRAIN_TIMEOUT, Duration.ofMillis(50)))) {
            ReplicaLease lease = server.readyLease(slow(SLOW));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
            await().until(() -> lease.describe().load().runningRows() == 1);

            lease.close();

            await().until(() -> server.server.address().isEmpty());
            assertThat(running).isNotNull();
        }
    }

    @Test
    void givesAReplicaUpWhoseRunIsStuck() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(
                        options().set(PoolOptions.SERVER_MAX_RUN_TIME, Duration.ofMillis(100)))) {
            ReplicaLease lease = server.readyLease(slow(SLOW));
            Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));

            await().until(() -> lease.describe().state() == ReplicaState.UNHEALTHY);
            assertThat(
                            GRPCInferenceServiceGrpc.newBlockingStub(server.channel())
                                    .serverReady(ServerReadyRequest.getDefaultInstance())
                                    .getReady())
                    .isFalse();
            assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
                    .hasMessageContaining("UNAVAILABLE")
                    .hasMessageContaining("a run is stuck since")
                    .satisfies(
                            failure ->
                                    assertThat(
                                                    Status.trailersFromThrowable(failure)
                                                            .get(InferTrailers.ERROR_CLASS))
                                            .as("what tells the client to send its rows one by one")
                                            .isEqualTo("FATAL_DEVICE"));
            assertThat(lease.isBroken()).isTrue();

            lease.close();
            ReplicaLease next = server.readyLease(slow(SLOW));
            assertThat(next.isBroken()).isFalse();
            assertThat(next.describe().state()).isEqualTo(ReplicaState.READY);
        }
    }

    @Test
    void countsAsUnhealthyFromAFailedProbeUntilOneSucceeds() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(
                        options()
                                .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ofMillis(200)))) {
            // the warm-up runs twice, and the first probe passes
            ReplicaLease lease = server.lease(pairs("flaky").failingRuns(4));

            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> lease.describe().state() == ReplicaState.UNHEALTHY);
            await().until(() -> lease.describe().state() == ReplicaState.READY);
        }
    }

    @Test
    void spreadsRequestsOverTheDevicesOfTheProcess() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaRequest request = onGpu("slow", Duration.ofSeconds(1));
            List<GpuDevice> gpus = List.of(gpu(0), gpu(1));
            ReplicaLease one = server.server.lease(request, gpus, "one");
            ReplicaLease two = server.server.lease(request, gpus, "two");
            one.ready().get();
            two.ready().get();

            List<Future<InferResponse>> answers = new ArrayList<>();
            answers.add(server.inferLater(pairsRequest("slow", 1)));
            await().until(() -> running(one) + running(two) == 1);
            answers.add(server.inferLater(pairsRequest("slow", 1)));

            await().until(() -> running(one) == 1 && running(two) == 1);
            assertThat(one.describe().device()).isNotEqualTo(two.describe().device());
            for (Future<InferResponse> answer : answers) {
                answer.get();
            }
        }
    }

    @Test
    void keepsTheDeviceWhenTheThreadThatAskedIsDead() throws Exception {
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            Thread subtask =
                    new Thread(
                            () ->
                                    server.server.lease(
                                            onGpu("echo", Duration.ZERO), List.of(gpu(0)), "task"));
            subtask.start();
            subtask.join();

            assertThat(server.devices.leases()).hasSize(1);
        }
    }

    @Test
    void letsWhatLingersMakeRoomForAnotherModel() throws Exception {
        try (TestingReplicaServer server =
                new TestingReplicaServer(options().set(PoolOptions.SERVER_LINGER, FOREVER))) {
            server.server.lease(onGpu("old", Duration.ZERO), List.of(gpu(0)), "old").close();

            ReplicaLease lease =
                    server.server.lease(onGpu("new", Duration.ZERO), List.of(gpu(0)), "new");

            lease.ready().get(10, TimeUnit.SECONDS);
            assertThat(lease.describe().device())
                    .isEqualTo(new ReplicaDevice("gpu-0", "simulated"));
        }
    }

    private static int running(ReplicaLease lease) {
        return lease.describe().load().runningRows();
    }

    private static ReplicaRequest onGpu(String name, Duration base) {
        StageProfile profile =
                StageProfile.named("gpu")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(64))
                        .gpus(1)
                        .build();
        return new ReplicaRequest(
                "pool", Map.of(name, pairs(name).taking(base, Duration.ZERO).ref()), 8, 1, profile);
    }

    private static GpuDevice gpu(int index) {
        return new GpuDevice(
                index, "gpu-" + index, "simulated", MemorySize.ofMebiBytes(1024), "0", true);
    }

    private static InferRequest request(String model, TensorBatch batch, List<String> outputs) {
        return new InferRequest(new ServedModel(model, ""), "", Map.of(), batch, outputs);
    }

    private static InferRequest cacheable(String id, Map<String, Object> parameters) {
        return new InferRequest(
                new ServedModel("echo", ""), id, parameters, pairsBatch(2), List.of());
    }

    private static ModelReadyRequest modelReady(String name) {
        return ModelReadyRequest.newBuilder().setName(name).build();
    }

    private static long pushbackMillis(StatusRuntimeException refused) {
        return Long.parseLong(refused.getTrailers().get(InferTrailers.PUSHBACK));
    }

    private static void assertStatus(ThrowingCallable call, Status.Code code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void aProcessWithReplicasRefusesToProtectThemInAnotherWay() throws Exception {
        Configuration loopback = TestingReplicaServer.options();
        Configuration unprotected = Configuration.fromMap(Map.of("pool.security", "none"));
        ReplicaServer first =
                ReplicaServer.ofProcess(ReplicaServerConfig.from(loopback, "machine"));
        ReplicaLease lease =
                first.lease(
                        TestingReplicaServer.request("echo", pairs("echo").ref()),
                        List.of(),
                        "test");

        assertThatThrownBy(
                        () ->
                                ReplicaServer.ofProcess(
                                        ReplicaServerConfig.from(unprotected, "machine")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot serve with other options for pool.tls.*");
        lease.close();
        await().until(() -> first.address().isEmpty());
        ReplicaServer second =
                ReplicaServer.ofProcess(ReplicaServerConfig.from(unprotected, "machine"));
        assertThat(second).isNotSameAs(first);
    }
}
