package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteModelClientTest {

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
    void answersABatch() throws Exception {
        RemoteModelClient client = harness.client();
        client.membersChanged(harness.members(first));

        InferenceResult result = get(client.infer(harness.batch(7)));

        assertThat(result.outputs().tensor("y").toFloats()).containsExactly(7, 0);
        assertThat(result.deviceBatchRows()).isEqualTo(1);
        assertThat(result.runNanos()).isPositive();
        assertThat(first.parameters())
                .containsExactly(
                        Map.of("flinkgpu_allow_cached", true, "flinkgpu_max_queue_millis", 5000L));
        result.outputs().close();
        client.close();
    }

    @Test
    void isReadyWithTheSignatureOfTheFirstReplicaThatAnswers() throws Exception {
        RemoteModelClient client = harness.client();

        assertThat(client.ready()).isNotDone();
        client.membersChanged(harness.members(first));

        assertThat(get(client.ready()).signature().inputs()).hasToString("[[-1, 2] float32]");
        assertThat(get(client.ready()).loadTime()).isZero();
    }

    @Test
    void tellsWhichVersionAnswered() throws Exception {
        RemoteModelClient client = readyClient(first);

        InferenceResult result = get(client.infer(harness.batch(1)));

        assertThat(result.modelVersion()).isEqualTo(ScriptedReplica.VERSION);
        result.outputs().close();
    }

    @Test
    void isKnownByTheVersionThatAnsweredLast() throws Exception {
        RemoteModelClient client = readyClient(first);
        assertThat(client.identity()).isEmpty();

        get(client.infer(harness.batch(1))).outputs().close();

        assertThat(client.identity())
                .contains(
                        new ModelIdentity(
                                "digits version 3#serving_default of [static://localhost:1]",
                                ScriptedReplica.VERSION));
    }

    @Test
    void sendsABatchOfALostReplicaToAnother() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));
        await().until(() -> first.requests() == 1);

        client.membersChanged(harness.members(first, second));
        first.die();

        assertThat(get(result).outputs().tensor("y").toFloats()).containsExactly(1, 0);
        assertThat(second.ids()).isEqualTo(first.ids());
        assertThat(client.statistics().retriesByStatus()).isNotEmpty();
        assertThat(client.statistics().attempts()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void doesNotAskAgainForARowThatTheDeviceHasNoMemoryFor() throws Exception {
        first.always(ScriptedReplica.runsOutOfMemory());
        RemoteModelClient client = readyClient(first);

        assertThatThrownBy(() -> get(client.infer(harness.batch(1))))
                .rootCause()
                .isInstanceOfSatisfying(
                        ModelRunException.class,
                        failure -> {
                            assertThat(failure.errorClass()).isEqualTo(ErrorClass.OUT_OF_MEMORY);
                            assertThat(failure).hasMessageContaining("a row of 3 GB");
                        });
        assertThat(first.requests()).isEqualTo(1);
    }

    @Test
    void sendsABatchOfABrokenConnectionToAnother() throws Exception {
        try (BrokenPeer broken = BrokenPeer.start()) {
            RemoteModelClient client = readyClient(first);
            client.membersChanged(harness.members(broken.asMember()));
            CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));
            await().until(() -> broken.connections() > 0);

            client.membersChanged(harness.members(broken.asMember(), first.asMember()));

            get(result).outputs().close();
            assertThat(client.statistics().retriesByStatus()).containsKey("UNAVAILABLE");
        }
    }

    @Test
    void sendsABatchOfAHangingReplicaToAnother() throws Exception {
        first.always(ScriptedReplica.hangs());
        second.always(ScriptedReplica.hangs());
        RemoteModelClient client =
                readyClient(
                        ClientHarness.config(Duration.ofMillis(200), PoolSecurity.loopbackOnly()),
                        first);
        CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));
        await().until(() -> first.requests() == 1);

        second.always(ScriptedReplica::echo);
        client.membersChanged(harness.members(first, second));

        get(result).outputs().close();
        assertThat(client.statistics().retriesByStatus()).containsKey("DEADLINE_EXCEEDED");
    }

    @Test
    void movesOnFromASilentReplica() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        CompletableFuture<InferenceResult> stuck = client.infer(harness.batch(1));
        await().until(() -> first.inProgress() == 1);
        client.membersChanged(harness.members(first, second));

        await().until(() -> movedOn(client));
        stuck.cancel(false);

        for (int i = 0; i < 10; i++) {
            get(client.infer(harness.batch(1))).outputs().close();
        }
        assertThat(second.requests()).isEqualTo(10);
        assertThat(first.requests()).isOne();
    }

    @Test
    void staysWithItsOnlyReplicaHoweverSilent() throws Exception {
        first.then(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        CompletableFuture<InferenceResult> stuck = client.infer(harness.batch(1));
        await().until(() -> first.inProgress() == 1);

        await().during(Duration.ofMillis(100)).until(() -> !movedOn(client));
        stuck.cancel(false);

        get(client.infer(harness.batch(1))).outputs().close();
        assertThat(first.requests()).isEqualTo(2);
    }

    private static boolean movedOn(RemoteModelClient client) {
        client.moveOn("a test");
        return client.replicas().stream().anyMatch(ReplicaLoadView::resting);
    }

    @Test
    void comesBackToAReplicaThatListensAgain() throws Exception {
        RemoteModelClient client = readyClient(first);
        first.die();
        CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));
        await().until(() -> client.statistics().attempts() > 2);

        first.listen();

        get(result).outputs().close();
    }

    @Test
    void leavesAReplicaAloneThatPushesBack() throws Exception {
        first.then(ScriptedReplica.pushesBack(300));
        RemoteModelClient client = readyClient(first);

        long start = System.nanoTime();
        get(client.infer(harness.batch(1))).outputs().close();

        assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(300).toNanos());
        assertThat(first.requests()).isEqualTo(2);
    }

    @Test
    void waitsForMembers() throws Exception {
        RemoteModelClient client = readyClient(first);
        client.membersChanged(harness.members(new Replica[0]));

        CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));

        await().during(Duration.ofMillis(100)).until(() -> !result.isDone());
        assertThat(client.statistics().waitingBatches()).isEqualTo(1);
        client.membersChanged(harness.members(second));
        get(result).outputs().close();
    }

    @Test
    void waitsInLineForAPlace() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<?> unused = client.infer(harness.batch(i));
        }

        await().until(() -> first.inProgress() == 2);
        assertThat(client.statistics().waitingBatches()).isEqualTo(1);
        client.membersChanged(harness.members(first, second));

        await().until(() -> second.requests() == 1);
        assertThat(client.statistics().waitingBatches()).isZero();
    }

    @Test
    void failsABatchWhoseDeadlinePassesWithoutReplicas() {
        RemoteModelClient client = harness.client();

        CompletableFuture<InferenceResult> result =
                client.infer(harness.batch(1), Deadline.after(Duration.ofMillis(50)));

        assertFails(result, DeadlineExceededException.class)
                .hasMessageContaining("Cannot answer batch of 1 rows: its deadline passed after")
                .hasMessageContaining("No replica has shown the model's signature yet.");
        awaitReturned(1);
    }

    @Test
    void failsABatchWhoseDeadlinePassesOnAReplica() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);

        CompletableFuture<InferenceResult> result =
                client.infer(harness.batch(1), Deadline.after(Duration.ofMillis(300)));

        assertFails(result, DeadlineExceededException.class);
        await().until(() -> first.cancelled() == 1);
        awaitReturned(1);
    }

    @Test
    void cancelsTheCallOfACancelledBatch() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        CompletableFuture<InferenceResult> result = client.infer(harness.batch(1));
        await().until(() -> first.inProgress() == 1);

        result.cancel(false);

        await().until(() -> first.cancelled() == 1);
        awaitReturned(1);
        assertThat(client.statistics().waitingBatches()).isZero();
    }

    @Test
    void failsOpenBatchesWhenClosed() throws Exception {
        first.always(ScriptedReplica.hangs());
        RemoteModelClient client = readyClient(first);
        CompletableFuture<InferenceResult> sent = client.infer(harness.batch(1));
        await().until(() -> first.inProgress() == 1);
        client.membersChanged(harness.members(new Replica[0]));
        CompletableFuture<InferenceResult> waiting = client.infer(harness.batch(2));
        TensorBatch late = harness.batch(3);

        client.close();

        assertFails(sent, ModelRunException.class)
                .hasMessageContaining("Cannot run model digits version 3: its client was closed.");
        assertFails(waiting, ModelRunException.class);
        assertFails(client.infer(late), ModelRunException.class);
        awaitReturned(3);
    }

    @Test
    void refusesABatchThatDoesNotFitTheSignatureBeforeItIsSent() throws Exception {
        RemoteModelClient client = readyClient(first);

        assertFails(
                        client.infer(TensorBatch.of("x", Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3))),
                        ShapeMismatchException.class)
                .hasMessageContaining("input 'x' expects [-1, 2] float32 but got [1, 3] float32");
        assertFails(
                        client.infer(TensorBatch.of("x", Tensor.ofInts(Shape.of(1, 2), 1, 2))),
                        SignatureMismatchException.class)
                .hasMessageContaining("input 'x' expects [-1, 2] float32 but got [1, 2] int32");
        assertThat(first.requests()).isZero();
    }

    @Test
    void failsABatchThatAReplicaFindsInvalidAtOnce() throws Exception {
        first.then(ScriptedReplica.fails(Status.INVALID_ARGUMENT.withDescription("too wide")));
        RemoteModelClient client = readyClient(first);

        assertFails(client.infer(harness.batch(1)), ShapeMismatchException.class)
                .hasMessageContaining(
                        "Cannot run model digits version 3: replica localhost:%d: INVALID_ARGUMENT: too wide"
                                .formatted(first.address().port()));
        assertThat(first.requests()).isEqualTo(1);
    }

    @Test
    void findsTheReplicaThatKnowsTheModel() throws Exception {
        first.always(ScriptedReplica.fails(Status.NOT_FOUND));
        RemoteModelClient client = readyClient(first, second);

        for (int i = 0; i < 20; i++) {
            get(client.infer(harness.batch(i))).outputs().close();
        }

        assertThat(second.requests()).isEqualTo(20);
    }

    @Test
    void failsIfNoReplicaKnowsTheModel() throws Exception {
        first.always(ScriptedReplica.fails(Status.NOT_FOUND.withDescription("no digits here.")));
        second.always(ScriptedReplica.fails(Status.NOT_FOUND.withDescription("no digits here.")));
        RemoteModelClient client = readyClient(first, second);

        assertFails(client.infer(harness.batch(1)), ModelLoadException.class)
                .hasMessageContaining("Cannot find model digits version 3 in the pool: replica")
                .hasMessageContaining("no digits here. Start the pool with this model");
    }

    @Test
    void isNeverReadyWithAModelThatNoReplicaKnows() {
        first.refusesLookups(Status.NOT_FOUND);
        RemoteModelClient client = harness.client();
        CompletableFuture<InferenceResult> waiting = client.infer(harness.batch(1));
        client.membersChanged(harness.members(first));

        assertFails(client.ready(), ModelLoadException.class)
                .hasMessageContaining("Cannot find model digits version 3 in the pool");
        assertFails(waiting, ModelLoadException.class);
        awaitReturned(1);
    }

    @Test
    void repeatsAFailedRunOnOneOtherReplica() throws Exception {
        first.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("kernel failed")));
        second.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("kernel failed")));
        RemoteModelClient client = readyClient(first, second);

        assertFails(client.infer(harness.batch(1)), ModelRunException.class)
                .hasMessageContaining("INTERNAL: kernel failed");
        assertThat(first.requests() + second.requests()).isEqualTo(2);
        second.always(ScriptedReplica::echo);
        get(client.infer(harness.batch(2))).outputs().close();
    }

    @Test
    void failsABatchThatNoReplicaLetsIn() throws Exception {
        first.always(ScriptedReplica.fails(Status.UNAUTHENTICATED.withDescription("no token")));
        second.always(ScriptedReplica.fails(Status.PERMISSION_DENIED.withDescription("no")));
        RemoteModelClient client = readyClient(first, second);

        assertFails(client.infer(harness.batch(1)), ModelRunException.class)
                .hasMessageContaining("Set pool.token-file to a file with the token of the pool.");
        assertThat(first.requests()).isEqualTo(1);
        assertThat(second.requests()).isEqualTo(1);
    }

    @Test
    void failsABatchThatIsTooLarge() throws Exception {
        RemoteModelClient client = readyClient(first);
        float[] values = new float[1 << 19];

        assertFails(
                        client.infer(
                                TensorBatch.of("x", Tensor.ofFloats(Shape.of(1 << 18, 2), values))),
                        ModelRunException.class)
                .hasMessageContaining("Raise pool.server.max-message-size on both sides");
    }

    @Test
    void givesEveryBatchBackOnce() throws Exception {
        RemoteModelClient client = readyClient(first, second);
        for (int i = 0; i < 50; i++) {
            get(client.infer(harness.batch(i))).outputs().close();
        }

        awaitReturned(1);
    }

    private RemoteModelClient readyClient(ScriptedReplica... replicas) throws Exception {
        return readyClient(ClientHarness.config(), replicas);
    }

    private RemoteModelClient readyClient(PoolClientConfig config, ScriptedReplica... replicas)
            throws Exception {
        RemoteModelClient client = harness.client(config);
        client.membersChanged(harness.members(replicas));
        get(client.ready());
        return client;
    }

    /** Each batch of the harness takes a buffer of 1 KiB. */
    private void awaitReturned(int buffers) {
        await().until(() -> harness.returnedBytes() == buffers * 1024L);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertFails(
            CompletableFuture<?> future, Class<? extends Throwable> type) {
        return assertThatThrownBy(() -> get(future))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(type);
    }
}
