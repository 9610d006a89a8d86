package io.flinkgpu.inference.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.channel.InputChannelInfo;
import org.apache.flink.runtime.checkpoint.channel.ResultSubpartitionInfo;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.InputChannelStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.ResultSubpartitionStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DealingGuardTest {

    private static final ByteStreamStateHandle BYTES =
            new ByteStreamStateHandle("rows", new byte[] {1});

    private final OperatorID infer = new OperatorID();
    private final OperatorID source = new OperatorID();
    private final Map<OperatorID, OperatorState> states = new HashMap<>();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesRowsThatWereDealtOutByAnotherRule(boolean reused) {
        put(infer, before(reused));

        assertThat(lostRows(3, !reused))
                .hasValueSatisfying(
                        message ->
                                assertThat(message)
                                        .startsWith(
                                                "Cannot restore checkpoint 7: it holds rows in flight to stage 'operator'")
                                        .contains("at parallelism 2", "at parallelism 3 now"));
    }

    @Test
    void losesRowsThatTheSenderHolds() {
        put(infer, OperatorSubtaskState.builder().build());
        put(source, behind());

        assertThat(lostRows(3, true)).isPresent();
    }

    @Test
    void losesNothingAtTheSameParallelism() {
        put(infer, before(false));

        assertThat(lostRows(2, true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesNothingThatWasDealtOutByTheSameRule(boolean reused) {
        put(infer, before(reused));

        assertThat(lostRows(3, reused)).isEmpty();
    }

    @Test
    void losesNothingWhereNothingWasInFlight() {
        put(infer, OperatorSubtaskState.builder().build());
        put(source, OperatorSubtaskState.builder().build());

        assertThat(lostRows(3, true)).isEmpty();
    }

    @Test
    void losesNothingOfAStageThatIsNew() {
        put(source, behind());

        assertThat(lostRows(3, true)).isEmpty();
    }

    private Optional<String> lostRows(int parallelism, boolean reuses) {
        return DealingGuard.lostRows(
                7,
                states,
                new DealingGuard.Stage(Set.of(infer), parallelism, reuses, Set.of(source)));
    }

    private void put(OperatorID id, OperatorSubtaskState subtask) {
        OperatorState state = new OperatorState("operator", "operator", id, 2, 128);
        state.putState(1, subtask);
        states.put(id, state);
    }

    private static OperatorSubtaskState before(boolean reused) {
        OperatorSubtaskState.Builder state =
                OperatorSubtaskState.builder()
                        .setInputChannelState(
                                StateObjectCollection.singleton(
                                        new InputChannelStateHandle(
                                                new InputChannelInfo(0, 0), BYTES, List.of(0L))));
        if (reused) {
            state.setManagedKeyedState(
                    new KeyGroupsStateHandle(
                            new KeyGroupRangeOffsets(KeyGroupRange.of(0, 127)), BYTES));
        }
        return state.build();
    }

    private static OperatorSubtaskState behind() {
        return OperatorSubtaskState.builder()
                .setResultSubpartitionState(
                        StateObjectCollection.singleton(
                                new ResultSubpartitionStateHandle(
                                        new ResultSubpartitionInfo(0, 0), BYTES, List.of(0L))))
                .build();
    }
}
