package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.io.network.api.writer.AvailabilityTestResultPartitionWriter;
import org.apache.flink.runtime.io.network.partition.MockResultPartitionWriter;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batching, waiting, order and state of the operator in Flink's test harness. */
class InferenceOperatorTest {

    @Test
    void sendsBatchWhenItIsFull() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(3).open()) {
            operator.process(1, 2, 3, 4);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 2, 3));
        }
    }

    @Test
    void sendsNoMoreRowsThanHaveAnswersOfOneShape() throws Exception {
        Shape found = Shape.of(2, Shape.UNKNOWN, 4);
        ModelSignature detector =
                new ModelSignature(
                        "detect",
                        List.of(new TensorSpec("x", DataType.INT32, Shape.of(2, 1))),
                        List.of(new TensorSpec("y", DataType.FLOAT32, found)));
        try (InferenceHarness operator = InferenceHarness.builder().batch(3).open()) {
            operator.process(1, 2, 3);
            operator.client().becomeReady(detector);
            operator.runMails();
            operator.process(4, 5, 6, 7);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(1, 2, 3), List.of(4, 5), List.of(6, 7));
        }
    }

    @Test
    void sendsBatchWhenItsDelayHasElapsed() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(8).delay(Duration.ofMillis(50)).open()) {
            operator.process(1);
            operator.advanceMillis(30);
            operator.process(2);
            operator.advanceMillis(19);
            assertThat(operator.client().batches()).isEmpty();

            operator.advanceMillis(1);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 2));
        }
    }

    @Test
    void countsTheDelayFromTheFirstRowOfEachBatch() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).delay(Duration.ofMillis(50)).open()) {
            operator.process(1);
            operator.advanceMillis(40);
            operator.process(2, 3);
            operator.advanceMillis(10);
            assertThat(operator.client().batches()).containsExactly(List.of(1, 2));
            operator.advanceMillis(39);
            assertThat(operator.client().batches()).hasSize(1);

            operator.advanceMillis(1);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 2), List.of(3));
        }
    }

    @Test
    void sendsEachRowAtOnceWithoutDelay() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(8).delay(Duration.ZERO).open()) {
            operator.process(1, 2);

            assertThat(operator.client().batches()).containsExactly(List.of(1), List.of(2));
        }
    }

    @Test
    void sendsBatchWhenItHasEnoughBytes() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(100).maxBytes(2L * Integer.BYTES).open()) {
            operator.process(1, 2, 3);

            assertThat(operator.client().batches()).containsExactly(List.of(1, 2));
        }
    }

    @Test
    void keepsBatchesWithinTheirWeight() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(100).weigh(10, row -> row).open()) {
            operator.process(4, 5, 3, 7, 20, 1);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(4, 5), List.of(3, 7), List.of(20));
        }
    }

    @Test
    void startsNewBatchWithRowOfAnotherShape() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(3)
                        .encode((row, writer) -> writer.ints("", new int[row]))
                        .open()) {
            operator.process(1, 1, 2, 2, 2);

            assertThat(operator.client().batches())
                    .containsExactly(List.of(0, 0), List.of(0, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void tellsTheDecoderWhichVersionOfTheModelAnswered() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(1)
                        .decode((row, answer) -> row + " by " + answer.modelVersion())
                        .open()) {
            operator.process(7);

            operator.answer(0);

            assertThat(operator.output()).containsExactly("7 by 3");
        }
    }

    @Test
    void keepsTheInputsOrderWhenOrdered() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).mode(OutputMode.ORDERED).open()) {
            operator.process(1, 2, 3);
            operator.answer(2);
            operator.answer(1);
            assertThat(operator.output()).isEmpty();

            operator.answer(0);

            assertThat(operator.output()).containsExactly("1", "2", "3");
        }
    }

    @Test
    void emitsAnswersAsTheyComeWhenUnordered() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).mode(OutputMode.UNORDERED).open()) {
            operator.process(1, 2, 3);
            operator.answer(2);
            operator.answer(0);

            assertThat(operator.output()).containsExactly("3", "1");
        }
    }

    @Test
    void holdsWatermarkBehindItsRowsWhenOrdered() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).mode(OutputMode.ORDERED).open()) {
            operator.watermark(1);
            operator.processAt(2, 2);
            operator.watermark(3);
            operator.processAt(4, 4);
            operator.answer(1);
            assertThat(operator.outputWithWatermarks()).containsExactly("w1");

            operator.answer(0);

            assertThat(operator.outputWithWatermarks()).containsExactly("w1", "2", "w3", "4");
        }
    }

    @Test
    void neverCrossesWatermarkWhenUnordered() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).mode(OutputMode.UNORDERED).open()) {
            operator.processAt(1, 1);
            operator.processAt(2, 2);
            operator.watermark(2);
            operator.processAt(3, 3);
            operator.answer(2);
            operator.answer(1);
            assertThat(operator.outputWithWatermarks()).containsExactly("2");

            operator.answer(0);

            assertThat(operator.outputWithWatermarks()).containsExactly("2", "1", "w2", "3");
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void holdsWatermarkStatusBehindRowsAndWatermarks(OutputMode mode) throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).mode(mode).open()) {
            operator.processAt(1, 1);
            operator.watermark(2);
            operator.watermarkStatus(WatermarkStatus.IDLE);
            operator.watermarkStatus(WatermarkStatus.ACTIVE);
            operator.processAt(3, 3);
            operator.answer(1);
            assertThat(operator.outputWithWatermarks()).isEmpty();

            operator.answer(0);

            assertThat(operator.outputWithWatermarks())
                    .containsExactly("1", "w2", "idle", "active", "3");
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void restoresWatermarkStatusInItsPlace(OutputMode mode) throws Exception {
        OperatorSubtaskState snapshot;
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).mode(mode).open()) {
            operator.processAt(1, 1);
            operator.watermark(2);
            operator.watermarkStatus(WatermarkStatus.IDLE);
            snapshot = operator.snapshot();
        }

        try (InferenceHarness restored =
                InferenceHarness.builder().batch(1).mode(mode).restore(1, snapshot).open()) {
            restored.answer(0);

            assertThat(restored.outputWithWatermarks()).containsExactly("1", "w2", "idle");
        }
    }

    @Test
    void keepsTimestamps() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.processAt(42, 1);
            operator.answer(0);

            assertThat(operator.flink().getOutput()).containsExactly(new StreamRecord<>("1", 42));
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void letsBarrierPassWhileEveryPlaceIsTaken(OutputMode mode) throws Exception {
        List<OperatorSubtaskState> snapshots = new ArrayList<>();
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(2).capacity(4).mode(mode).open()) {
            operator.process(1, 2, 3);
            operator.mailToTask(() -> snapshots.add(operator.snapshot()));
            operator.mailToTask(() -> operator.client().call(0).answer());

            operator.process(4);
        }

        try (InferenceHarness restored =
                InferenceHarness.builder().batch(2).restore(1, snapshots.get(0)).open()) {
            assertThat(restored.client().batches()).containsExactly(List.of(1, 2), List.of(3, 4));
        }
    }

    @Test
    void waitsForRoomOnceItsCapacityIsReached() throws Exception {
        List<Integer> callsWhenAsked = new ArrayList<>();
        try (InferenceHarness operator = InferenceHarness.builder().batch(2).capacity(2).open()) {
            operator.process(1);
            operator.mailToTask(() -> callsWhenAsked.add(operator.client().callCount()));
            operator.mailToTask(() -> operator.client().call(0).answer());

            operator.process(2);

            assertThat(callsWhenAsked).containsExactly(1);
            assertThat(operator.output()).containsExactly("1", "2");
        }
    }

    @Test
    void sendsHalfFullBatchRatherThanWaitForever() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(3)
                        .capacity(3)
                        .client(new ManualModelClient().answeringAtOnce())
                        .encode((row, writer) -> writer.ints("", new int[row]))
                        .decode((row, answer) -> row.toString())
                        .delay(Duration.ofDays(1))
                        .open()) {
            operator.process(1, 2, 3, 4, 5, 6);

            assertThat(operator.output()).contains("1", "2");
        }
    }

    @Test
    void restoresRowsInFlightInTheirOrder() throws Exception {
        OperatorSubtaskState snapshot;
        try (InferenceHarness operator = InferenceHarness.builder().batch(2).open()) {
            operator.process(1, 2, 3, 4, 5);
            operator.answer(1);
            snapshot = operator.snapshot();
        }

        try (InferenceHarness restored =
                InferenceHarness.builder()
                        .batch(2)
                        .client(new ManualModelClient().answeringAtOnce())
                        .restore(1, snapshot)
                        .open()) {
            restored.advanceMillis(1_000);

            assertThat(restored.output()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void doesNotRestoreRowsThatWereEmitted() throws Exception {
        OperatorSubtaskState snapshot;
        try (InferenceHarness operator = InferenceHarness.builder().batch(2).open()) {
            operator.process(1, 2, 3, 4);
            operator.answer(0);
            assertThat(operator.output()).containsExactly("1", "2");
            snapshot = operator.snapshot();
        }

        try (InferenceHarness restored =
                InferenceHarness.builder().batch(2).restore(1, snapshot).open()) {
            assertThat(restored.client().batches()).containsExactly(List.of(3, 4));
        }
    }

    @Test
    void rescalesFromTwoToThreeToOne() throws Exception {
        List<OperatorSubtaskState> ofTwo = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (InferenceHarness operator =
                    InferenceHarness.builder().batch(8).subtask(subtask, 2).open()) {
                operator.process(10 * subtask, 10 * subtask + 1, 10 * subtask + 2);
                ofTwo.add(operator.snapshot());
            }
        }
        List<OperatorSubtaskState> ofThree = new ArrayList<>();
        List<String> rowsOfThree = new ArrayList<>();
        for (int subtask = 0; subtask < 3; subtask++) {
            try (InferenceHarness operator =
                    InferenceHarness.builder()
                            .batch(8)
                            .subtask(subtask, 3)
                            .restore(2, ofTwo.toArray(OperatorSubtaskState[]::new))
                            .open()) {
                ofThree.add(operator.snapshot());
                operator.advanceMillis(1_000);
                operator.answer(0);
                rowsOfThree.addAll(operator.output());
            }
        }
        assertThat(rowsOfThree).containsExactlyInAnyOrder("0", "1", "2", "10", "11", "12");

        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(6)
                        .restore(3, ofThree.toArray(OperatorSubtaskState[]::new))
                        .open()) {
            operator.answer(0);

            assertThat(operator.output())
                    .containsExactlyInAnyOrder("0", "1", "2", "10", "11", "12");
        }
    }

    @Test
    void restoresWatermarkToTheSubtaskThatHeldIt() throws Exception {
        OperatorSubtaskState snapshot = snapshotWithWatermark();

        try (InferenceHarness restored =
                InferenceHarness.builder().batch(1).restore(1, snapshot).open()) {
            restored.answer(0);
            restored.answer(1);

            assertThat(restored.outputWithWatermarks()).containsExactly("1", "w5", "2");
        }
    }

    @Test
    void dropsWatermarksAfterRescaleSoThatNoRowBecomesLate() throws Exception {
        OperatorSubtaskState snapshot = snapshotWithWatermark();

        List<String> outputs = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (InferenceHarness restored =
                    InferenceHarness.builder()
                            .batch(1)
                            .client(new ManualModelClient().answeringAtOnce())
                            .subtask(subtask, 2)
                            .restore(1, snapshot)
                            .open()) {
                outputs.addAll(restored.outputWithWatermarks());
            }
        }

        assertThat(outputs).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void sendsOpenBatchAndWaitsForAnswersAtTheEndOfInput() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(8).open()) {
            operator.process(1, 2);
            operator.mailToTask(() -> operator.client().call(0).answer());

            operator.flink().endInput();

            assertThat(operator.output()).containsExactly("1", "2");
        }
    }

    @Test
    void copiesRowsUnderObjectReuse() throws Exception {
        try (MutableRowHarness operator = MutableRowHarness.open(true)) {
            operator.processReusedRow(1, 2);

            assertThat(operator.decodedRows()).containsExactly(1, 2);
        }
    }

    @Test
    void keepsRowsAsTheyAreWithoutObjectReuse() throws Exception {
        try (MutableRowHarness operator = MutableRowHarness.open(false)) {
            operator.processReusedRow(1, 2);

            assertThat(operator.decodedRows()).containsExactly(2, 2);
        }
    }

    @Test
    void holdsResultsWhileTheOutputIsFull() throws Exception {
        AvailabilityTestResultPartitionWriter fullWriter =
                new AvailabilityTestResultPartitionWriter(false);
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).output(fullWriter).open()) {
            operator.process(1);
            operator.answer(0);
            assertThat(operator.output()).isEmpty();

            OperatorSubtaskState snapshot = operator.snapshot();

            try (InferenceHarness restored =
                    InferenceHarness.builder().batch(1).restore(1, snapshot).open()) {
                assertThat(restored.client().batches()).containsExactly(List.of(1));
            }
        }
    }

    @Test
    void emitsHeldResultsOnceTheOutputTakesThem() throws Exception {
        SwitchableWriter writer = new SwitchableWriter();
        try (InferenceHarness operator =
                InferenceHarness.builder().batch(1).output(writer).open()) {
            operator.process(1, 2);
            operator.answer(0);
            operator.answer(1);
            assertThat(operator.output()).isEmpty();

            writer.becomeAvailable();
            operator.runMails();

            assertThat(operator.output()).containsExactly("1", "2");
        }
    }

    @Test
    void dropsAnswersThatComeAfterItsClose() throws Exception {
        ManualModelClient client = new ManualModelClient();
        InferenceHarness operator = InferenceHarness.builder().batch(1).client(client).open();
        operator.process(1);

        operator.close();
        client.call(0).answer();

        assertThat(client.isClosed()).isTrue();
        assertThat(operator.output()).isEmpty();
    }

    @Test
    void failsTheTaskWhenTheModelCannotBeLoaded() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.client().failToLoad(new ModelLoadException("no such model"));

            assertThatThrownBy(operator::runMails)
                    .isInstanceOf(InferenceException.class)
                    .hasMessage("no such model");
        }
    }

    @Test
    void givesEncoderItsRow() throws Exception {
        try (InferenceHarness operator =
                InferenceHarness.builder()
                        .batch(2)
                        .encode((row, writer) -> writer.ints("x", Shape.of(1, 1), row * 2))
                        .open()) {
            operator.process(1, 2);
            operator.answer(0);

            assertThat(operator.output()).containsExactly("2", "4");
        }
    }

    /** An output whose buffers are full until it is told otherwise. */
    private static final class SwitchableWriter extends MockResultPartitionWriter {
        private final CompletableFuture<Void> available = new CompletableFuture<>();

        @Override
        public boolean isAvailable() {
            return available.isDone();
        }

        @Override
        public CompletableFuture<?> getAvailableFuture() {
            return available;
        }

        private void becomeAvailable() {
            available.complete(null);
        }
    }

    private static OperatorSubtaskState snapshotWithWatermark() throws Exception {
        try (InferenceHarness operator = InferenceHarness.builder().batch(1).open()) {
            operator.processAt(1, 1);
            operator.watermark(5);
            operator.processAt(6, 2);
            return operator.snapshot();
        }
    }
}
