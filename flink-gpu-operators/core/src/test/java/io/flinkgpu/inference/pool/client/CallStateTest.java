package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallStateTest {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final Asked FIRST = new Asked("a");
    private static final Asked SECOND = new Asked("b");
    private static final List<ReplicaAddress> MEMBERS =
            List.of(FIRST.address(), SECOND.address(), new ReplicaAddress("c", 1));

    private final CallState<Asked> state =
            new CallState<>(
                    new RoutingRequest(MODEL, 7, 3, Set.of()),
                    new RetryDecision(MODEL, Duration.ofSeconds(5), System::nanoTime));

    @Test
    void theFirstAnswerEndsTheCallAndNamesTheLosers() {
        assertThat(state.begin(FIRST)).isTrue();
        assertThat(state.beginSecond(FIRST, SECOND)).isTrue();

        assertThat(state.answered(SECOND).losers()).containsExactly(FIRST);

        assertThat(state.isOver()).isTrue();
        assertThat(state.finish()).isEmpty();
    }

    @Test
    void theRequestIsReleasedOnceWhenNothingRuns() {
        state.begin(FIRST);
        state.beginSecond(FIRST, SECOND);
        state.answered(FIRST);
        assertThat(state.isReleased()).isFalse();

        assertThat(fail(SECOND, Status.CANCELLED).wasOver()).isTrue();

        assertThat(state.isReleased()).isTrue();
        assertThat(state.isReleased()).isFalse();
    }

    @Test
    void aCallThatIsOverTakesNoAttempt() {
        assertThat(state.finish()).isEqualTo(Optional.of(List.of()));

        assertThat(state.begin(FIRST)).isFalse();
        assertThat(state.isReleased()).isTrue();
    }

    @Test
    void aSecondAttemptJoinsOnceAndOnlyBesideARunningFirst() {
        assertThat(state.beginSecond(FIRST, SECOND)).isFalse();
        state.begin(FIRST);
        assertThat(state.beginSecond(FIRST, SECOND)).isTrue();
        fail(SECOND, Status.UNAVAILABLE);

        assertThat(state.beginSecond(FIRST, SECOND)).isFalse();
    }

    @Test
    void afterALossAnotherReplicaIsAsked() {
        state.begin(FIRST);

        CallState.Next next = fail(FIRST, Status.UNAVAILABLE);

        assertThat(next.end()).isNull();
        assertThat(next.othersRun()).isFalse();
        assertThat(state.routing())
                .isEqualTo(new RoutingRequest(MODEL, 7, 3, Set.of(FIRST.address())));
        assertThat(state.lastFailure()).isPresent();
        state.forgive();
        assertThat(state.routing().avoided()).isEmpty();
    }

    @Test
    void nothingIsToBeDoneWhileTheOtherAttemptRuns() {
        state.begin(FIRST);
        state.beginSecond(FIRST, SECOND);

        assertThat(fail(FIRST, Status.UNAVAILABLE).othersRun()).isTrue();
    }

    @Test
    void aReplicaThatFailedRowsIsGuiltyOnceAnotherRanThem() {
        state.begin(FIRST);
        fail(FIRST, Status.INTERNAL);
        state.begin(SECOND);

        assertThat(state.answered(SECOND).guilty()).containsExactly(FIRST.address());
    }

    @Test
    void aReplicaThatRanTheRowsAfterAllIsNotGuilty() {
        state.begin(FIRST);
        fail(FIRST, Status.INTERNAL);
        state.begin(FIRST);

        assertThat(state.answered(FIRST).guilty()).isEmpty();
    }

    @Test
    void rowsThatTwoReplicasFailEndTheCall() {
        state.begin(FIRST);
        assertThat(fail(FIRST, Status.INTERNAL).end()).isNull();
        state.begin(SECOND);

        assertThat(fail(SECOND, Status.INTERNAL).end()).hasMessageContaining("b:1");
    }

    @Test
    void afterARequestThatCarriedOthersTheCallGoesOnAloneAsIfNeverAsked() {
        state.begin(FIRST);

        CallState.Next next =
                state.parted(
                        FIRST, AttemptFailure.of(FIRST.address(), Status.INTERNAL, new Metadata()));

        assertThat(next).isEqualTo(new CallState.Next(false, null, false, false));
        assertThat(state.isAlone()).isTrue();
        assertThat(state.routing().avoided()).isEmpty();
        state.begin(SECOND);
        assertThat(state.answered(SECOND).guilty()).isEmpty();
    }

    @Test
    void aCallThatWasGivenUpPartsOnlyWhenTheRequestHasEnded() {
        state.begin(FIRST);
        state.finish();
        assertThat(state.isReleased()).isFalse();

        CallState.Next next =
                state.parted(
                        FIRST, AttemptFailure.of(FIRST.address(), Status.INTERNAL, new Metadata()));

        assertThat(next.wasOver()).isTrue();
        assertThat(state.isReleased()).isTrue();
    }

    @Test
    void namesTheReplicasThatAreSilent() {
        state.begin(FIRST);
        state.beginSecond(FIRST, new Asked("b", Duration.ofSeconds(9)));

        assertThat(state.silentFor(Duration.ofSeconds(8)))
                .containsExactly(new ReplicaAddress("b", 1));
    }

    private CallState.Next fail(Asked attempt, Status status) {
        return state.failed(
                attempt, AttemptFailure.of(attempt.address(), status, new Metadata()), MEMBERS);
    }

    private record Asked(String host, Duration age) implements CallState.Asked {

        private Asked(String host) {
            this(host, Duration.ZERO);
        }

        @Override
        public ReplicaAddress address() {
            return new ReplicaAddress(host, 1);
        }
    }
}
