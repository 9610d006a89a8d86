package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelRunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which rows have a place in flight: after a restore, and by the bytes of their inputs. */
class RowAdmissionTest {

    private static final int ROW_BYTES = Integer.BYTES;
    private static final OutputTag<DeadLetter<Integer>> LETTERS =
            new OutputTag<>("letters", new TypeHint<DeadLetter<Integer>>() {}.getTypeInfo());

    private final List<Integer> encoded = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void restoresMoreRowsThanItsCapacityAsPlacesBecomeFree(OutputMode mode) throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3, 4, 5, 6, 7);

        try (InferenceHarness restored =
                watched(2).capacity(4).mode(mode).restore(1, snapshot).open()) {
            assertThat(encoded).containsExactly(1, 2, 3, 4);

            restored.answer(0);

            assertThat(encoded).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(restored.client().batches())
                    .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5, 6));
        }
    }

    @Test
    void keepsRowsWithoutAPlaceInItsState() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3, 4, 5);
        OperatorSubtaskState second;
        try (InferenceHarness restored = watched(2).capacity(2).restore(1, snapshot).open()) {
            restored.answer(0);
            second = restored.snapshot();
        }

        try (InferenceHarness again =
                InferenceHarness.builder().batch(3).restore(1, second).open()) {
            assertThat(again.client().batches()).containsExactly(List.of(3, 4, 5));
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void keepsWatermarksBehindRowsWithoutAPlace(OutputMode mode) throws Exception {
        OperatorSubtaskState snapshot;
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.process(1, 2);
            operator.watermark(5);
            operator.process(3);
            snapshot = operator.snapshot();
        }

        try (InferenceHarness restored =
                watched(1).capacity(1).mode(mode).restore(1, snapshot).open()) {
            restored.answer(0);
            assertThat(restored.outputWithWatermarks()).containsExactly("1");
            restored.answer(1);
            assertThat(restored.outputWithWatermarks()).containsExactly("1", "2", "w5");

            restored.answer(2);

            assertThat(restored.outputWithWatermarks()).containsExactly("1", "2", "w5", "3");
        }
    }

    @Test
    void givesNewRowsTheirPlacesBehindTheRestoredOnes() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3);

        try (InferenceHarness restored = watched(1).capacity(1).restore(1, snapshot).open()) {
            answerOneAfterTheOther(restored, 4);
            restored.process(4);
            restored.runMails();

            assertThat(restored.output()).containsExactly("1", "2", "3", "4");
            assertThat(encoded).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void sendsAllRowsAtTheEndOfInput() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3, 4, 5);

        try (InferenceHarness restored =
                watched(2)
                        .capacity(2)
                        .delay(Duration.ofDays(1))
                        .client(new ManualModelClient().answeringAtOnce())
                        .restore(1, snapshot)
                        .open()) {
            restored.flink().endInput();

            assertThat(restored.output()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void goesOnBehindRowsThatCannotBeEncoded() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3, 4, 5, 6);

        try (InferenceHarness restored =
                InferenceHarness.builder()
                        .batch(1)
                        .capacity(1)
                        .deadLetters(LETTERS)
                        .encode(
                                (row, writer) -> {
                                    if (row < 5) {
                                        throw new IllegalArgumentException("bad row " + row);
                                    }
                                    writer.ints("", row);
                                })
                        .restore(1, snapshot)
                        .open()) {
            restored.answer(0);
            restored.answer(1);

            assertThat(restored.flink().getSideOutput(LETTERS)).hasSize(4);
            assertThat(restored.output()).containsExactly("5", "6");
        }
    }

    @Test
    void sendsHalfFullBatchOfRestoredRowsRatherThanWaitForever() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2, 3, 4, 5);

        try (InferenceHarness restored =
                watched(4)
                        .capacity(4)
                        .capacityBytes(3 * ROW_BYTES)
                        .delay(Duration.ofDays(1))
                        .restore(1, snapshot)
                        .open()) {
            assertThat(restored.client().batches()).containsExactly(List.of(1, 2, 3));
        }
    }

    @Test
    void waitsWhileTheInputsInFlightTakeTheirBytes() throws Exception {
        List<Integer> encodedBefore = new ArrayList<>();
        try (InferenceHarness operator =
                watched(2).capacity(100).capacityBytes(4 * ROW_BYTES).open()) {
            operator.process(1, 2, 3);
            operator.mailToTask(() -> encodedBefore.addAll(encoded));
            operator.mailToTask(() -> operator.client().call(0).answer());
            operator.process(4);
            operator.process(5);

            assertThat(encodedBefore).containsExactly(1, 2, 3, 4);
            assertThat(encoded).containsExactly(1, 2, 3, 4, 5);
            assertThat(operator.output()).containsExactly("1", "2");
        }
    }

    @Test
    void sendsBatchThatTakesAllBytes() throws Exception {
        try (InferenceHarness operator =
                watched(100)
                        .capacityBytes(2 * ROW_BYTES)
                        .delay(Duration.ofDays(1))
                        .client(new ManualModelClient().answeringAtOnce())
                        .open()) {
            operator.process(1, 2, 3, 4);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 2), List.of(3, 4));
        }
    }

    @Test
    void letsBarrierPassWhileTheBytesAreTaken() throws Exception {
        List<OperatorSubtaskState> snapshots = new ArrayList<>();
        try (InferenceHarness operator =
                watched(1).capacity(100).capacityBytes(2 * ROW_BYTES).open()) {
            operator.process(1);
            operator.mailToTask(() -> snapshots.add(operator.snapshot()));
            operator.mailToTask(() -> operator.client().call(0).answer());

            operator.process(2);
        }

        try (InferenceHarness restored =
                InferenceHarness.builder().batch(2).restore(1, snapshots.get(0)).open()) {
            assertThat(restored.client().batches()).containsExactly(List.of(1, 2));
        }
    }

    @Test
    void batchThatPausesKeepsThePlaceOfItsInputs() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(1, 2);

        try (InferenceHarness restored =
                InferenceHarness.builder()
                        .batch(1)
                        .capacityBytes(ROW_BYTES)
                        .restore(1, snapshot)
                        .open()) {
            restored.client()
                    .call(0)
                    .fail(new ModelRunException("sick").classified(ErrorClass.SICK_DEVICE));
            restored.runMails();
            assertThat(restored.client().batches()).containsExactly(List.of(1));

            restored.advanceMillis(2_000);
            assertThat(restored.client().batches()).containsExactly(List.of(1), List.of(1));
        }
    }

    @Test
    void letsRowThatIsLargerThanTheCapacityPassAlone() throws Exception {
        OperatorSubtaskState snapshot = snapshotOf(7, 8, 1, 1);

        try (InferenceHarness restored =
                InferenceHarness.builder()
                        .batch(4)
                        .capacity(100)
                        .capacityBytes(5 * ROW_BYTES)
                        .encode((row, writer) -> writer.ints("", new int[row]))
                        .decode((row, answer) -> row.toString())
                        .restore(1, snapshot)
                        .open()) {
            assertThat(askedBytes(restored)).containsExactly(7 * ROW_BYTES);
            restored.answer(0);
            assertThat(askedBytes(restored)).containsExactly(8 * ROW_BYTES);
            restored.answer(1);
            restored.advanceMillis(1_000);
            restored.answer(2);

            assertThat(restored.output()).containsExactly("7", "8", "1", "1");
        }
    }

    private InferenceHarness.Builder watched(int batchSize) {
        return InferenceHarness.builder()
                .batch(batchSize)
                .encode(
                        (row, writer) -> {
                            encoded.add(row);
                            writer.ints("", row);
                        });
    }

    /** A mail for each of so many answers. */
    private static void answerOneAfterTheOther(InferenceHarness operator, int answers) {
        if (answers > 0) {
            operator.mailToTask(
                    () -> {
                        operator.client().unanswered().get(0).answer();
                        answerOneAfterTheOther(operator, answers - 1);
                    });
        }
    }

    /** Bytes of each batch without an answer, one integer for each element. */
    private static List<Integer> askedBytes(InferenceHarness operator) {
        return operator.client().unanswered().stream()
                .map(call -> call.values().size() * ROW_BYTES)
                .toList();
    }

    private static OperatorSubtaskState snapshotOf(int... rows) throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(rows.length).capacity(100).open()) {
            operator.process(rows);
            return operator.snapshot();
        }
    }
}
