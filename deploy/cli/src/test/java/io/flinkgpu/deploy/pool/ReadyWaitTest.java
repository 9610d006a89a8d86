package io.flinkgpu.deploy.pool;

import static io.flinkgpu.deploy.pool.TestingMembers.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.inference.pool.ReplicaState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadyWaitTest {

    private static final JobID JOB = JobID.fromHexString(TestingFlink.JOB);

    private final TestingFlink flink = new TestingFlink().withPool("digits", 2, 1, 4);
    private final TestingMembers members = new TestingMembers();
    private final Pools pools =
            new Pools(new FlinkRestClient(flink.address()), members, Duration.ZERO);
    private final StringWriter out = new StringWriter();

    @AfterEach
    void stop() {
        pools.close();
        flink.close();
    }

    @Test
    void printsEachChangeOnceUntilAllAreReady() throws InterruptedException {
        members.then()
                .then(replica(1, ReplicaState.LOADING), replica(2, ReplicaState.READY))
                .then(replica(1, ReplicaState.LOADING), replica(2, ReplicaState.READY))
                .then(replica(1, ReplicaState.READY), replica(2, ReplicaState.READY));

        ready(Duration.ofSeconds(30)).await("digits", JOB);

        assertThat(out.toString().lines())
                .containsExactly(
                        "0 of 2 replicas ready",
                        "1 of 2 replicas ready, 1 loading",
                        "2 of 2 replicas ready");
    }

    @Test
    void printsWhyTheJobRestarts() {
        flink.failed("Cannot serve pool 'digits': no such signature\n  at somewhere");

        assertThatThrownBy(() -> ready(Duration.ZERO).await("digits", JOB))
                .isInstanceOf(PoolException.class);

        assertThat(out.toString())
                .contains(
                        "The pool's job restarts after a failure: Cannot serve pool 'digits': no such signature");
    }

    @Test
    void keepsSilentAboutForgottenFailures() throws InterruptedException {
        flink.failed("an old story");
        members.then().then(replica(1, ReplicaState.READY), replica(2, ReplicaState.READY));

        ready(Duration.ofSeconds(30)).forgetFailures(JOB).await("digits", JOB);

        assertThat(out.toString()).contains("2 of 2").doesNotContain("old story");
    }

    @Test
    void failsWhenTheTimeIsUp() {
        members.then(replica(2, ReplicaState.READY));

        assertThatThrownBy(() -> ready(Duration.ZERO).await("digits", JOB))
                .isInstanceOf(PoolException.class)
                .hasMessage(
                        "Cannot see all of pool 'digits' ready: 1 of 2 replicas ready after 0 s. It goes on by itself; see 'pool status'.");
    }

    @Test
    void failsWithTheReasonWhenTheJobEnds() {
        flink.failed("no restarts left");
        flink.jobEnds();

        assertThatThrownBy(() -> ready(Duration.ofSeconds(30)).await("digits", JOB))
                .isInstanceOf(PoolException.class)
                .hasMessage("Cannot wait for pool 'digits': its job ended: no restarts left");
    }

    private ReadyWait ready(Duration timeout) {
        return new ReadyWait(pools, new PrintWriter(out, true), timeout);
    }
}
