package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients do about replicas that fail, are slow or busy. */
@Timeout(60)
class FaultToleranceTest {

    private final ClientHarness harness = new ClientHarness();
    private final ScriptedReplica first = ScriptedReplica.start();
    private final ScriptedReplica second = ScriptedReplica.start();
    private final List<FaultEvent> events = new CopyOnWriteArrayList<>();
    private FaultEvents.Registration listening;

    @BeforeEach
    void listen() {
        listening = FaultEvents.ofProcess().listen((time, event) -> events.add(event));
    }

    @AfterEach
    void stop() {
        listening.close();
        harness.close();
        first.close();
        second.close();
    }

    @Test
    void sendsABatchThatWasGivenBackToAnotherReplica() throws Exception {
        first.always(ScriptedReplica.givesBack());
        RemoteModelClient client = client(new Configuration(), first, second);

        warm(client, 40);

        assertThat(events.stream().filter(FaultEvent.SpilledBack.class::isInstance))
                .hasSameSizeAs(first.ids())
                .isNotEmpty();
        assertThat(second.requests()).isEqualTo(40);
        client.close();
    }

    @Test
    void asksASecondReplicaIfTheFirstIsLate() throws Exception {
        RemoteModelClient client =
                client(
                        new Configuration().set(PoolFaultOptions.HEDGE_MAX_SHARE, 0.5),
                        first,
                        second);
        warm(client, 100);
        first.then(ScriptedReplica.hangs());
        int before = first.requests();
        while (first.requests() == before) {
            get(client.infer(harness.batch(1))).outputs().close();
        }

        assertThat(events)
                .anySatisfy(event -> assertThat(event).isInstanceOf(FaultEvent.Hedged.class));
        await().untilAsserted(() -> assertThat(first.cancelled()).isGreaterThanOrEqualTo(1));
        client.close();
    }

    @Test
    void doesNotHedgeUnlessAskedTo() throws Exception {
        RemoteModelClient client = client(new Configuration(), first, second);
        warm(client, 100);

        assertThat(first.requests() + second.requests()).isEqualTo(100);
        assertThat(events).noneMatch(FaultEvent.Hedged.class::isInstance);
        client.close();
    }

    @Test
    void ejectsAReplicaThatFailsWhatOthersDoNot() throws Exception {
        first.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("sick")));
        RemoteModelClient client = client(new Configuration(), first, second);

        warm(client, 40);
        int untilEjected = first.requests();
        warm(client, 40);

        assertThat(untilEjected).isGreaterThanOrEqualTo(5);
        assertThat(first.requests()).isEqualTo(untilEjected);
        assertThat(events)
                .anySatisfy(
                        event ->
                                assertThat(event)
                                        .isInstanceOfSatisfying(
                                                FaultEvent.ReplicaEjected.class,
                                                ejected ->
                                                        assertThat(ejected.subject())
                                                                .isEqualTo(
                                                                        first.address()
                                                                                .toString())));
        client.close();
    }

    @Test
    void takesAnEjectedReplicaBackAfterAProbe() throws Exception {
        first.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("sick")));
        RemoteModelClient client =
                client(
                        new Configuration()
                                .set(PoolFaultOptions.EJECTION_FIRST, Duration.ofMillis(300)),
                        first,
                        second);
        warm(client, 40);
        assertThat(events).anyMatch(FaultEvent.ReplicaEjected.class::isInstance);
        int untilEjected = first.requests();
        first.always(ScriptedReplica::echo);

        await().untilAsserted(
                        () -> {
                            warm(client, 8);
                            assertThat(events)
                                    .anyMatch(FaultEvent.ReplicaReturned.class::isInstance);
                        });
        assertThat(first.requests()).isGreaterThan(untilEjected);
        client.close();
    }

    @Test
    void doesNotBlameReplicasForRowsThatFailEverywhere() throws Exception {
        first.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("poison")));
        second.always(ScriptedReplica.fails(Status.INTERNAL.withDescription("poison")));
        RemoteModelClient client = client(new Configuration(), first, second);

        for (int i = 0; i < 20; i++) {
            CompletableFuture<InferenceResult> poisoned = client.infer(harness.batch(i));
            assertThatThrownBy(() -> get(poisoned))
                    .isInstanceOfSatisfying(
                            ModelRunException.class,
                            failure -> {
                                assertThat(failure.attempts()).isEqualTo(2);
                                assertThat(failure.place()).startsWith("localhost:");
                            });
        }

        assertThat(events).noneMatch(FaultEvent.ReplicaEjected.class::isInstance);
        client.close();
    }

    @Test
    void pausesBetweenTriesWhenTooManyFail() throws Exception {
        RemoteModelClient client = client(new Configuration(), first, second);
        get(client.ready());
        first.always(ScriptedReplica.pushesBack(1));
        second.always(ScriptedReplica.pushesBack(1));
        CompletableFuture<InferenceResult> waiting = client.infer(harness.batch(1));

        await().until(() -> events.stream().anyMatch(FaultEvent.RetryThrottled.class::isInstance));
        first.always(ScriptedReplica::echo);
        get(waiting).outputs().close();
        client.close();
    }

    @Test
    void saysThatItWaitsForAReplica() throws Exception {
        RemoteModelClient client = harness.client();

        assertThat(client.waitsFor()).contains("none of the pool's 0 known replicas is ready.");
        client.membersChanged(harness.members(first));
        assertThat(client.waitsFor()).isEmpty();
        client.close();
    }

    private RemoteModelClient client(Configuration faults, ScriptedReplica... replicas) {
        RemoteModelClient client = harness.client(ClientHarness.config(faults));
        client.membersChanged(harness.members(replicas));
        return client;
    }

    /** More at once than one replica takes, so that each replica gets some. */
    private void warm(RemoteModelClient client, int batches) throws Exception {
        List<CompletableFuture<InferenceResult>> answers = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            answers.add(client.infer(harness.batch(i)));
        }
        for (CompletableFuture<InferenceResult> answer : answers) {
            get(answer).outputs().close();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw (Exception) failure.getCause();
        }
    }
}
