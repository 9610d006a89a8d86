package io.flinkgpu.deploy.pool;

import static io.flinkgpu.deploy.pool.TestingMembers.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.RestOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolsTest {

    private final TestingFlink flink = new TestingFlink();
    private final TestingMembers members = new TestingMembers();
    private final Pools pools =
            new Pools(new FlinkRestClient(flink.address()), members, Duration.ZERO);

    @AfterEach
    void stop() {
        pools.close();
        flink.close();
    }

    @Test
    void namesPoolsAloneAmongTheJobs() {
        assertThat(pools.names()).isEmpty();

        flink.withPool("digits", 2, 1, 4);

        assertThat(pools.names()).containsExactly("digits");
        assertThat(pools.exists("digits")).isTrue();
        assertThat(pools.exists("other")).isFalse();
    }

    @Test
    void statusHasSizeMembersAndRestarts() throws InterruptedException {
        flink.withPool("digits", 2, 1, 4);
        members.then(replica(9001, ReplicaState.READY), replica(9002, ReplicaState.LOADING));

        PoolStatus status = pools.status("digits");

        assertThat(status.size()).isEqualTo(new PoolSize(2, 1, 4));
        assertThat(status.ready()).isEqualTo(1);
        assertThat(status.isSettled()).isFalse();
        assertThat(status.restarts()).hasValue(2);
        assertThat(status.address())
                .hasToString("flink://127.0.0.1:%d/digits".formatted(flink.address().getPort()));
    }

    @Test
    void poolIsSettledWithJustTheReplicasItShouldHave() throws InterruptedException {
        flink.withPool("digits", 1, 1, 4);
        members.then(replica(9001, ReplicaState.READY), replica(9002, ReplicaState.READY))
                .then(replica(9001, ReplicaState.READY));

        assertThat(pools.status("digits").isSettled()).isFalse();
        assertThat(pools.status("digits").isSettled()).isTrue();
    }

    @Test
    void statusOfPoolWhoseRegistryIsSilentSaysSo() throws InterruptedException {
        flink.withPool("digits", 2, 1, 4);

        PoolStatus status = pools.status("digits");

        assertThat(status.problem()).contains("Cannot ask the registry: it does not answer.");
        assertThat(status.replicas()).isEmpty();
        assertThat(status.isSettled()).isFalse();
    }

    @Test
    void scalesBetweenTheLimitsAndLetsTheJobRunWithFewer() throws InterruptedException {
        flink.withPool("digits", 2, 2, 4);

        pools.scale("digits", 4);

        assertThat(flink.changes())
                .containsExactly(
                        "PUT /jobs/%s/resource-requirements {\"a\":{\"parallelism\":{\"lowerBound\":1,\"upperBound\":4}}}"
                                .formatted(TestingFlink.JOB));
    }

    @Test
    void refusesToScaleOutsideOfTheLimits() {
        flink.withPool("digits", 2, 2, 4);

        assertThatThrownBy(() -> pools.scale("digits", 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid --replicas: 5. Pool 'digits' was started for 2 to 4.");
        assertThatThrownBy(() -> pools.scale("digits", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid --replicas: 1.");
        assertThat(flink.changes()).isEmpty();
    }

    @Test
    void poolThatWaitsForTaskManagersHasNoLimitsToScaleWithin() throws InterruptedException {
        flink.withPool("digits", 2, 1, 4).waiting();
        members.then();

        assertThat(pools.status("digits").size()).isEqualTo(new PoolSize(2, 0, 0));
        assertThatThrownBy(() -> pools.scale("digits", 3))
                .isInstanceOf(PoolException.class)
                .hasMessageStartingWith("Cannot scale pool 'digits': it waits for task managers");
    }

    @Test
    void poolWhoseJobIsBeingPreparedIsNotSettled() throws InterruptedException {
        flink.withPool("digits", 2, 1, 4).preparing();
        members.then();

        PoolStatus status = pools.status("digits");

        assertThat(status.size().isKnown()).isFalse();
        assertThat(status.isSettled()).isFalse();
    }

    @Test
    void stopCancelsTheJob() {
        flink.withPool("digits", 2, 1, 4);

        pools.stop("digits");

        assertThat(flink.changes())
                .containsExactly("PATCH /jobs/" + TestingFlink.JOB + "?mode=cancel");
    }

    @Test
    void unknownPoolIsAnErrorThatNamesTheOthers() {
        assertThatThrownBy(() -> pools.stop("letters"))
                .isInstanceOf(PoolException.class)
                .hasMessage(
                        "Cannot find pool 'letters' at %s. No pool runs there."
                                .formatted(flink.address()));

        flink.withPool("digits", 2, 1, 4);

        assertThatThrownBy(() -> pools.scale("letters", 1))
                .isInstanceOf(PoolException.class)
                .hasMessageEndingWith("Pools there: digits.");
    }

    @Test
    void refusesNameInUse() {
        flink.withPool("digits", 2, 1, 4);

        assertThatThrownBy(() -> pools.start(pool("digits"), Map.of()))
                .isInstanceOf(PoolException.class)
                .hasMessageStartingWith("Cannot start pool 'digits': one of this name runs at ");
    }

    @Test
    void startsWhenTheFormerPoolOfTheNameHasEnded() {
        flink.withPool("digits", 2, 1, 4).cancelling(2);
        try (Pools patient =
                new Pools(new FlinkRestClient(flink.address()), members, Duration.ofSeconds(30))) {
            // It gets as far as the submission, which this Flink does not take, however often
            // asked.
            Map<String, String> once = Map.of(RestOptions.RETRY_MAX_ATTEMPTS.key(), "0");
            assertThatThrownBy(() -> patient.start(pool("digits"), once))
                    .isInstanceOf(PoolException.class)
                    .hasMessageStartingWith("Cannot start pool 'digits': ")
                    .hasMessageNotContaining("of this name");
        }
        assertThat(flink.changes()).anyMatch(change -> change.startsWith("POST /v1/jobs"));
    }

    @Test
    void formerPoolThatDoesNotEndKeepsTheName() {
        flink.withPool("digits", 2, 1, 4).cancelling(Integer.MAX_VALUE);

        assertThatThrownBy(() -> pools.start(pool("digits"), Map.of()))
                .isInstanceOf(PoolException.class)
                .hasMessage(
                        "Cannot start pool 'digits': a former one of this name at %s has not ended within 0 s."
                                .formatted(flink.address()));
    }

    @Test
    void refusesClusterWhoseSchedulerIsNotElastic() {
        flink.scheduler("Default");

        assertThatThrownBy(() -> pools.start(pool("digits"), Map.of()))
                .isInstanceOf(PoolException.class)
                .hasMessageStartingWith(
                        "Cannot start pool 'digits' at %s: its job manager has jobmanager.scheduler 'Default', and a pool needs 'Adaptive'. Start a cluster for pools by './flink-gpu cluster up --kind pool'"
                                .formatted(flink.address()));
        assertThat(flink.changes()).isEmpty();
    }

    private static PoolSpec pool(String name) {
        ModelRef model = ModelRef.savedModel("/m");
        return new PoolSpec(new ReplicaRequest(name, Map.of("m", model), 8, 1, null), 1, 1, 1);
    }
}
