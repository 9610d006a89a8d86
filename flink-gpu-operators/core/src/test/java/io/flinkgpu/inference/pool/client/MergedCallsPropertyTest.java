package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MergedCallsPropertyTest {

    private static final int BATCHES = 60;
    private static final int SPARE_BUFFERS = 200;
    private static final int BUFFER_BYTES = 1024;

    @Property(tries = 15)
    void settlesEveryBatchOnceWithItsOwnRowsAndGivesItsMemoryBack(@ForAll long seed)
            throws Exception {
        long idleBefore = fillProcessPool();
        try (ClientHarness harness = new ClientHarness();
                ScriptedReplica first = ScriptedReplica.start();
                ScriptedReplica second = ScriptedReplica.start();
                ScriptedReplica third = ScriptedReplica.start()) {
            Random random = new Random(seed);
            List.of(first, second, third).forEach(replica -> misbehave(replica, random));
            PoolClientConfig config = ClientHarness.mergingConfig(Duration.ofMillis(200));
            RemoteModelClient client = harness.client(config);
            RemoteModelClient neighbour = harness.client(config);
            client.membersChanged(harness.members(first, second, third));
            List<TensorBatch> batches =
                    Stream.iterate(0, i -> i + 1)
                            .limit(BATCHES)
                            .map(i -> harness.batch(i, rows(i)))
                            .toList();
            AtomicInteger completions = new AtomicInteger();

            List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                results.add(
                        send(
                                random.nextBoolean() ? client : neighbour,
                                batches.get(i),
                                random,
                                completions));
                disturb(i, random, client, harness, List.of(first, second, third));
            }

            for (int i = 0; i < BATCHES; i++) {
                requireOwnAnswerOrFailure(results.get(i), i);
            }
            await().until(() -> completions.get() == BATCHES);
            client.close();
            neighbour.close();
            await().until(() -> harness.returnedBytes() == (long) BATCHES * BUFFER_BYTES);
        }
        await().until(() -> DirectBufferPool.ofProcess().idleBytes() >= idleBefore);
    }

    private static CompletableFuture<InferenceResult> send(
            RemoteModelClient client, TensorBatch batch, Random random, AtomicInteger completions) {
        Deadline deadline =
                random.nextInt(20) == 0 ? Deadline.after(Duration.ofMillis(20)) : Deadline.none();
        CompletableFuture<InferenceResult> result = client.infer(batch, deadline);
        CompletableFuture<?> unused =
                result.whenComplete((answer, failure) -> completions.incrementAndGet());
        if (random.nextInt(10) == 0) {
            result.cancel(false);
        }
        return result;
    }

    private static void disturb(
            int step,
            Random random,
            RemoteModelClient client,
            ClientHarness harness,
            List<ScriptedReplica> replicas) {
        if (step == BATCHES / 3) {
            replicas.get(0).die();
        } else if (step == BATCHES / 2) {
            replicas.get(0).listen();
            client.membersChanged(harness.members(replicas.get(0), replicas.get(1)));
        } else if (random.nextInt(20) == 0) {
            client.membersChanged(harness.members(replicas.toArray(ScriptedReplica[]::new)));
        }
    }

    private static void misbehave(ScriptedReplica replica, Random random) {
        replica.always(MergedCallsPropertyTest::failsEverySeventhBatch);
        for (int i = 0; i < 12; i++) {
            replica.then(
                    switch (random.nextInt(8)) {
                        case 0 -> ScriptedReplica.fails(Status.UNAVAILABLE);
                        case 1 -> ScriptedReplica.pushesBack(random.nextInt(30));
                        case 2 -> ScriptedReplica.hangs();
                        case 3 -> ScriptedReplica.fails(Status.INTERNAL);
                        case 4 -> ScriptedReplica.fails(Status.INVALID_ARGUMENT);
                        case 5 -> ScriptedReplica.givesBack();
                        default -> MergedCallsPropertyTest::failsEverySeventhBatch;
                    });
        }
    }

    private static void failsEverySeventhBatch(
            InferRequest request, StreamObserver<InferResponse> answer) {
        float[] values = request.inputs().tensor("x").toFloats();
        for (int i = 0; i < values.length; i += 2) {
            if (values[i] % 7 == 3) {
                answer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
                return;
            }
        }
        ScriptedReplica.echo(request, answer);
    }

    private static int rows(int value) {
        return 1 + value % 3;
    }

    private static void requireOwnAnswerOrFailure(
            CompletableFuture<InferenceResult> result, int value)
            throws InterruptedException, TimeoutException {
        try {
            TensorBatch outputs = result.get(30, TimeUnit.SECONDS).outputs();
            assertThat(value % 7).isNotEqualTo(3);
            assertThat(outputs.tensor("y").toFloats()).containsExactly(expected(value));
            outputs.close();
        } catch (ExecutionException | CancellationException failure) {
            assertThat(result).isCompletedExceptionally();
        }
    }

    private static float[] expected(int value) {
        float[] values = new float[2 * rows(value)];
        for (int row = 0; row < rows(value); row++) {
            values[2 * row] = value;
            values[2 * row + 1] = row;
        }
        return values;
    }

    /** Leaves more idle buffers than are ever in use, so that one that is lost is missed. */
    private static long fillProcessPool() {
        DirectBufferPool pool = DirectBufferPool.ofProcess();
        List<PooledBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < SPARE_BUFFERS; i++) {
            buffers.add(pool.acquire(BUFFER_BYTES));
        }
        buffers.forEach(PooledBuffer::release);
        return pool.idleBytes();
    }
}
