package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

class InFlightStateReaderTest {

    @Test
    void readsTheRowsOfACheckpointWithoutTheirType() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(2).open()) {
            operator.processAt(5, 1);
            operator.watermark(6);
            operator.process(2, 3);

            OperatorStateHandle state = managed(operator.snapshot());

            assertThat(InFlightStateReader.holdsRows(state)).isTrue();
            assertThat(InFlightStateReader.rows(state, getClass().getClassLoader()))
                    .extracting(StreamRecord::getValue, StreamRecord::hasTimestamp)
                    .containsExactly(tuple(1, true), tuple(2, false), tuple(3, false));
        }
    }

    @Test
    void findsNoRowWhereAllHaveLeft() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.process(1);
            operator.answer(0);

            OperatorStateHandle state = managed(operator.snapshot());

            assertThat(InFlightStateReader.holdsRows(state)).isTrue();
            assertThat(InFlightStateReader.rows(state, getClass().getClassLoader())).isEmpty();
        }
    }

    @Test
    void knowsTheStateOfOtherOperators() {
        assertThat(InFlightStateReader.holdsRows(stateOf("SourceReaderState"))).isFalse();
        assertThat(InFlightStateReader.holdsRows(stateOf("in-flight"))).isFalse();
    }

    @Test
    void failsOnAFileThatIsNoState() {
        assertThatThrownBy(
                        () ->
                                InFlightStateReader.rows(
                                        stateOf("in-flight"), getClass().getClassLoader()))
                .isInstanceOf(IOException.class);
    }

    private static OperatorStateHandle stateOf(String name) {
        return new OperatorStreamStateHandle(
                Map.of(
                        name,
                        new OperatorStateHandle.StateMetaInfo(
                                new long[0], OperatorStateHandle.Mode.SPLIT_DISTRIBUTE)),
                new ByteStreamStateHandle("state", new byte[] {1, 2, 3}));
    }

    private static OperatorStateHandle managed(OperatorSubtaskState snapshot) {
        return snapshot.getManagedOperatorState().iterator().next();
    }
}
