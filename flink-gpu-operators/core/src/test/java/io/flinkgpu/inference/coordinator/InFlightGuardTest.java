package io.flinkgpu.inference.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.channel.InputChannelInfo;
import org.apache.flink.runtime.checkpoint.channel.ResultSubpartitionInfo;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.InputChannelStateHandle;
import org.apache.flink.runtime.state.ResultSubpartitionStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;

class InFlightGuardTest {

    private static final ByteStreamStateHandle ROWS =
            new ByteStreamStateHandle("rows", new byte[] {1});

    private final OperatorID infer = new OperatorID();
    private final OperatorID sink = new OperatorID();
    private final Map<OperatorID, OperatorState> states =
            Map.of(infer, state("infer", infer, behind()), sink, state("sink", sink, before()));

    @Test
    void losesNothingBetweenTheTasksThatHeldIt() {
        assertThat(InFlightGuard.lostRows(7, states, List.of(task(infer), task(sink)))).isEmpty();
    }

    @Test
    void losesWhatIsInsideOfAChainNow() {
        assertThat(InFlightGuard.lostRows(7, states, List.of(task(sink, infer))))
                .hasValueSatisfying(
                        message ->
                                assertThat(message)
                                        .startsWith("Cannot restore checkpoint 7:")
                                        .contains("at 'infer', 'sink'")
                                        .contains("or from a savepoint"));
    }

    @Test
    void losesNothingOfAChainWhereNothingWasInFlight() {
        Map<OperatorID, OperatorState> aligned =
                Map.of(
                        infer, state("infer", infer, OperatorSubtaskState.builder().build()),
                        sink, state("sink", sink, OperatorSubtaskState.builder().build()));

        assertThat(InFlightGuard.lostRows(7, aligned, List.of(task(sink, infer)))).isEmpty();
    }

    @Test
    void leavesOperatorsThatTheJobHasNoMoreToFlink() {
        assertThat(InFlightGuard.lostRows(7, states, List.of(task(infer)))).isEmpty();
    }

    @Test
    void findsAnOperatorByTheIdThatItsUserGave() {
        OperatorID generated = new OperatorID();
        OperatorIDPair given = OperatorIDPair.of(generated, infer, "infer", "infer");

        assertThat(
                        InFlightGuard.lostRows(
                                7,
                                Map.of(infer, state("infer", infer, behind())),
                                List.of(List.of(OperatorIDPair.generatedIDOnly(sink), given))))
                .isPresent();
    }

    /** The last operator of the chain first, as Flink has it. */
    private static List<OperatorIDPair> task(OperatorID... operators) {
        return Stream.of(operators).map(OperatorIDPair::generatedIDOnly).toList();
    }

    private static OperatorState state(String name, OperatorID id, OperatorSubtaskState subtask) {
        OperatorState state = new OperatorState(name, name, id, 1, 128);
        state.putState(0, subtask);
        return state;
    }

    private static OperatorSubtaskState behind() {
        return OperatorSubtaskState.builder()
                .setResultSubpartitionState(
                        StateObjectCollection.singleton(
                                new ResultSubpartitionStateHandle(
                                        new ResultSubpartitionInfo(0, 0), ROWS, List.of(0L))))
                .build();
    }

    private static OperatorSubtaskState before() {
        return OperatorSubtaskState.builder()
                .setInputChannelState(
                        StateObjectCollection.singleton(
                                new InputChannelStateHandle(
                                        new InputChannelInfo(0, 0), ROWS, List.of(0L))))
                .build();
    }
}
