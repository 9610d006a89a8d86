package io.flinkgpu.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.types.WrittenState;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a table's source has in checkpoints. */
class TableStateTest {

    static Stream<Arguments> splits() {
        return Stream.of(
                Arguments.of("whole", new TableSplit(null)),
                Arguments.of("number", new TableSplit(new TableKey.WholeNumber(1L << 40))),
                Arguments.of("text", new TableSplit(new TableKey.Text("größer"))));
    }

    @ParameterizedTest
    @MethodSource("splits")
    void readsTheSplitOfVersion1(String name, TableSplit split) throws IOException {
        assertThat(
                        WrittenState.ofVersion1(
                                "table-split-" + name, TableSplit.Serializer.INSTANCE, split))
                .isEqualTo(split);
    }

    @Test
    void readsTheWaitingSplitOfVersion1() throws IOException {
        Optional<TableSplit> waiting = Optional.of(new TableSplit(new TableKey.WholeNumber(7)));

        assertThat(
                        WrittenState.ofVersion1(
                                "table-waiting", TableSource.WaitingSerializer.INSTANCE, waiting))
                .isEqualTo(waiting);
        assertThat(
                        WrittenState.ofVersion1(
                                "table-none",
                                TableSource.WaitingSerializer.INSTANCE,
                                Optional.<TableSplit>empty()))
                .isEmpty();
    }

    @Test
    void refusesAVersionThatItDoesNotKnow() {
        assertThatThrownBy(() -> TableSplit.Serializer.INSTANCE.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot read a split of version 2: this is version 1.");
    }
}
