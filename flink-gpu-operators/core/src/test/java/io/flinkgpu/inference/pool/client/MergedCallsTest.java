package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that wait for a place go in one request, and none of them suffers for it. */
@Timeout(60)
class MergedCallsTest {

    private static final PoolClientConfig CONFIG =
            ClientHarness.mergingConfig(Duration.ofSeconds(30));
    private static final int BAD = 13;
    private static final int LOOKUPS = 1;

    private final ClientHarness harness = new ClientHarness();
    private final ScriptedReplica first = ScriptedReplica.start();
    private final ScriptedReplica second = ScriptedReplica.start();

    @AfterEach
    void stop() {
        harness.close();
        first.close();
        second.close();
    }

    @Test
    void sendsWaitingBatchesInOneRequestAndGivesEachItsRows() throws Exception {
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1, 2), harness.batch(2, 1), harness.batch(3, 4));

        client.membersChanged(harness.members(first));

        assertThat(answer(results.get(0))).containsExactly(1, 0, 1, 1);
        assertThat(answer(results.get(1))).containsExactly(2, 0);
        assertThat(answer(results.get(2))).containsExactly(3, 0, 3, 1, 3, 2, 3, 3);
        assertThat(first.rows()).containsExactly(7);
        assertThat(client.statistics().attempts()).isEqualTo(LOOKUPS + 1);
        assertThat(client.statistics().waitingBatches()).isZero();
        awaitReturned(3);
    }

    @Test
    void sendsBatchesOfSeveralClientsInOneRequest() throws Exception {
        RemoteModelClient client = waitingClient();
        RemoteModelClient neighbour = harness.client(CONFIG);
        client.membersChanged(harness.members(first));
        get(neighbour.ready());
        client.membersChanged(harness.members(new Replica[0]));
        List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
        results.addAll(inferInLine(client, harness.batch(1)));
        results.addAll(inferInLine(neighbour, harness.batch(2)));
        assertThat(neighbour.statistics().waitingBatches()).isEqualTo(1);

        client.membersChanged(harness.members(first));

        assertThat(answer(results.get(0))).containsExactly(1, 0);
        assertThat(answer(results.get(1))).containsExactly(2, 0);
        assertThat(first.rows()).containsExactly(2);
        assertThat(client.statistics().waitingBatches()).isZero();
        assertThat(neighbour.statistics().waitingBatches()).isZero();
    }

    @Test
    void failsTheBatchWithABadRowAlone() throws Exception {
        first.always(failsBadRows(Status.INVALID_ARGUMENT, "DATA"));
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(BAD), harness.batch(2));

        client.membersChanged(harness.members(first));

        assertThat(answer(results.get(0))).containsExactly(1, 0);
        assertThat(answer(results.get(2))).containsExactly(2, 0);
        assertThatThrownBy(() -> get(results.get(1)))
                .cause()
                .isInstanceOfSatisfying(
                        ModelRunException.class,
                        failure -> assertThat(failure.errorClass()).isEqualTo(ErrorClass.DATA));
        assertThat(first.rows()).containsExactly(3, 1, 1, 1);
        awaitReturned(3);
    }

    @Test
    void triesAFailedRunOfABatchAsOftenAsIfItHadGoneAlone() throws Exception {
        first.always(failsBadRows(Status.INTERNAL, "UNKNOWN"));
        second.always(failsBadRows(Status.INTERNAL, "UNKNOWN"));
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(BAD), harness.batch(1), harness.batch(2));

        client.membersChanged(harness.members(first, second));

        assertThatThrownBy(() -> get(results.get(0)))
                .cause()
                .isInstanceOfSatisfying(
                        ModelRunException.class,
                        failure -> assertThat(failure.attempts()).isEqualTo(2));
        assertThat(answer(results.get(1))).containsExactly(1, 0);
        assertThat(answer(results.get(2))).containsExactly(2, 0);
        awaitReturned(3);
    }

    @Test
    void repeatsTheWholeRequestOfALostReplicaElsewhere() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(2), harness.batch(3));
        client.membersChanged(harness.members(first));
        await().until(() -> first.inProgress() == 1);

        client.membersChanged(harness.members(first, second));
        first.die();

        for (int i = 0; i < 3; i++) {
            assertThat(answer(results.get(i))).containsExactly(i + 1, 0);
        }
        assertThat(second.rows()).containsExactly(3);
        awaitReturned(3);
    }

    @Test
    void holdsTheRowsOfACancelledBatchUntilTheRequestHasEnded() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        first.always(
                (request, answer) -> {
                    awaitZero(answers);
                    ScriptedReplica.echo(request, answer);
                });
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(2));
        client.membersChanged(harness.members(first));
        await().until(() -> first.inProgress() == 1);

        results.get(0).cancel(false);

        assertThat(harness.returnedBytes()).isZero();
        answers.countDown();
        assertThat(answer(results.get(1))).containsExactly(2, 0);
        assertThat(first.cancelled()).isZero();
        awaitReturned(2);
    }

    @Test
    void cancelsTheRequestWhenNobodyWaitsForIt() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(2));
        client.membersChanged(harness.members(first));
        await().until(() -> first.inProgress() == 1);

        results.forEach(result -> result.cancel(false));

        await().until(() -> first.cancelled() == 1);
        awaitReturned(2);
    }

    @Test
    void leavesABatchOutThatWasCancelledInLine() throws Exception {
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(2), harness.batch(3));
        results.get(1).cancel(false);

        client.membersChanged(harness.members(first));

        assertThat(answer(results.get(0))).containsExactly(1, 0);
        assertThat(answer(results.get(2))).containsExactly(3, 0);
        assertThat(first.rows()).containsExactly(2);
        awaitReturned(3);
    }

    @Test
    void takesARequestApartThatIsAnsweredWithOtherRows() throws Exception {
        first.then(
                (request, answer) -> {
                    answer.onNext(
                            new InferResponse(
                                    request.model(),
                                    request.id(),
                                    Map.of(),
                                    TensorBatch.of("y", Tensor.ofFloats(Shape.of(1, 2), 9, 9))));
                    answer.onCompleted();
                });
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results =
                inferInLine(client, harness.batch(1), harness.batch(2));

        client.membersChanged(harness.members(first));

        assertThat(answer(results.get(0))).containsExactly(1, 0);
        assertThat(answer(results.get(1))).containsExactly(2, 0);
        assertThat(first.rows()).containsExactly(2, 1, 1);
    }

    @Test
    void learnsHowManyRowsAServerRefuses() throws Exception {
        first.always(
                (request, answer) -> {
                    if (request.rows() > 2) {
                        answer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
                    } else {
                        ScriptedReplica.echo(request, answer);
                    }
                });
        RemoteModelClient client = waitingClient();
        for (int round = 0; round < 2; round++) {
            List<CompletableFuture<InferenceResult>> results =
                    inferInLine(client, batches(1, 2, 3, 4));
            client.membersChanged(harness.members(first));
            for (int i = 0; i < 4; i++) {
                assertThat(answer(results.get(i))).containsExactly(i + 1, 0);
            }
            client.membersChanged(harness.members(new Replica[0]));
        }

        assertThat(first.rows()).containsExactly(4, 1, 1, 1, 1, 2, 2);
    }

    @Test
    void sendsBatchesAloneThatShareNothing() throws Exception {
        RemoteModelClient client = waitingClient();
        List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
        results.addAll(inferInLine(client, harness.batch(1)));
        results.add(client.infer(harness.batch(2), Deadline.after(Duration.ofSeconds(30))));
        await().until(() -> harness.waiting(CONFIG) == 2);
        results.add(client.inferAlone(harness.batch(3), Deadline.none()));
        await().until(() -> harness.waiting(CONFIG) == 3);

        client.membersChanged(harness.members(first));

        for (int i = 0; i < 3; i++) {
            assertThat(answer(results.get(i))).containsExactly(i + 1, 0);
        }
        assertThat(first.rows()).containsExactly(1, 1, 1);
    }

    /** Ready, and without a replica: its batches wait. */
    private RemoteModelClient waitingClient() throws Exception {
        RemoteModelClient client = harness.client(CONFIG);
        client.membersChanged(harness.members(first));
        get(client.ready());
        client.membersChanged(harness.members(new Replica[0]));
        return client;
    }

    private TensorBatch[] batches(int... values) {
        TensorBatch[] batches = new TensorBatch[values.length];
        for (int i = 0; i < values.length; i++) {
            batches[i] = harness.batch(values[i]);
        }
        return batches;
    }

    private List<CompletableFuture<InferenceResult>> inferInLine(
            RemoteModelClient client, TensorBatch... batches) {
        List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
        for (TensorBatch batch : batches) {
            int before = harness.waiting(CONFIG);
            results.add(client.infer(batch));
            await().until(() -> harness.waiting(CONFIG) == before + 1);
        }
        return results;
    }

    private static ScriptedReplica.Step failsBadRows(Status status, String errorClass) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.ERROR_CLASS, errorClass);
        return (request, answer) -> {
            float[] values = request.inputs().tensor("x").toFloats();
            for (int i = 0; i < values.length; i += 2) {
                if (values[i] == BAD) {
                    answer.onError(status.asRuntimeException(trailers));
                    return;
                }
            }
            ScriptedReplica.echo(request, answer);
        };
    }

    private static void awaitZero(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each batch of the harness takes a buffer of 1 KiB. */
    private void awaitReturned(int buffers) {
        await().until(() -> harness.returnedBytes() == buffers * 1024L);
    }

    private static float[] answer(CompletableFuture<InferenceResult> result) throws Exception {
        try (TensorBatch outputs = get(result).outputs()) {
            return outputs.tensor("y").toFloats();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
